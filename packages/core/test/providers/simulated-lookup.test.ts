import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SimulatedProvider } from '../../src/providers/simulated-provider.ts'
import { callContext, placedAttempt } from './dial-fixtures.ts'
import { dialTo, eventually, simulator } from './simulated-setup.ts'

async function placeAt(provider: SimulatedProvider, digits = '0100') {
  const accepted = await provider.place(dialTo(digits), callContext())
  if (accepted.kind !== 'accepted' || accepted.providerCallId === null) return expect.unreachable(accepted.kind)
  return { ...placedAttempt(dialTo(digits)), providerCallId: accepted.providerCallId }
}

const dialer = fileURLToPath(new URL('bin-simulated-dialer.ts', import.meta.url))

/** A process of its own that has dialed and now waits. */
async function otherProcess() {
  const child = spawn(process.execPath, ['--no-warnings', dialer], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [providerCallId] = await once(createInterface(child.stdout), 'line')
  return { child, attempt: { ...placedAttempt(dialTo('0100')), providerCallId: String(providerCallId) } }
}

describe('get', () => {
  test('follows the call', async () => {
    const { provider } = simulator({ answerDelayMs: 60_000 })
    const attempt = await placeAt(provider)
    await eventually(async () =>
      expect(await provider.get(attempt)).toMatchObject({ kind: 'found', state: { kind: 'live', phase: 'ringing' } }),
    )
    expect((await provider.find(attempt)).kind).toBe('found')
  })

  test('answers absent for a call of a simulator that was closed', async () => {
    const closed = new SimulatedProvider({ durationMs: 60_000 })
    const attempt = await placeAt(closed)
    await closed.close()
    expect(await simulator().provider.get(attempt)).toEqual({ kind: 'absent' })
    expect(await closed.get(attempt)).toEqual({ kind: 'absent' })
  })

  test('is unsure of a call of another simulator that lives', async () => {
    const attempt = await placeAt(simulator().provider)
    expect(await simulator().provider.get(attempt)).toEqual({ kind: 'unsure', message: 'The call lives in another process.' })
  })

  test('is unsure of a call of another process, and answers absent once that is gone', async () => {
    const { provider } = simulator()
    const { child, attempt } = await otherProcess()
    expect((await provider.get(attempt)).kind).toBe('unsure')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await provider.get(attempt)).toEqual({ kind: 'absent' })
  })

  test('is unsure of a call of another thread', async () => {
    const worker = new Worker(new URL('bin-simulated-dialer.ts', import.meta.url), { stdin: true, stdout: true })
    onTestFinished(() => void worker.terminate())
    const [providerCallId] = await once(createInterface(worker.stdout), 'line')
    expect((await simulator().provider.get({ ...placedAttempt(), providerCallId: String(providerCallId) })).kind).toBe('unsure')
  })

  test.each(['P-1', 'sim', 'sim-00000000-1-0-000000000000-0000000000000000', ''])(
    'is unsure of the foreign id %j',
    async (providerCallId) => {
      expect((await simulator().provider.get({ ...placedAttempt(), providerCallId })).kind).toBe('unsure')
    },
  )
})

describe('find', () => {
  test('is unsure of what this process did not dial', async () => {
    expect((await simulator().provider.find(placedAttempt())).kind).toBe('unsure')
  })
})

describe('hangUp', () => {
  test('cancels a live call, which says so and then nothing more', async () => {
    const { provider, statuses } = simulator({ durationMs: 60_000 })
    const attempt = await placeAt(provider)
    await eventually(() => expect(statuses()).toEqual(['RINGING', 'IN_PROGRESS']))
    expect(await provider.hangUp(attempt)).toEqual({ kind: 'requested' })
    await eventually(() => expect(statuses()).toEqual(['RINGING', 'IN_PROGRESS', 'CANCELED']))
    expect(await provider.get(attempt)).toMatchObject({ state: { kind: 'ended', outcome: 'canceled' } })
    expect(await provider.hangUp(attempt)).toEqual({ kind: 'already-over' })
  })

  test('knows a call by its attempt before anybody knows its id', async () => {
    const { provider } = simulator({ durationMs: 60_000 })
    const attempt = await placeAt(provider)
    expect(await provider.hangUp({ ...attempt, providerCallId: null })).toEqual({ kind: 'requested' })
  })

  test('fails for a call that lives elsewhere, and is over for one that is gone', async () => {
    const { provider } = simulator()
    const { child, attempt } = await otherProcess()
    expect((await provider.hangUp(attempt)).kind).toBe('failed')
    expect((await provider.hangUp(placedAttempt({ attemptId: 'x.1', providerCallId: null }))).kind).toBe('failed')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await provider.hangUp(attempt)).toEqual({ kind: 'already-over' })
  })
})

describe('a process', () => {
  test('with a call that rings ends all the same', async () => {
    const { child } = await otherProcess()
    child.stdin?.end()
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})

describe('close', () => {
  test('ends every call without a word', async () => {
    const { provider, statuses } = simulator({ answerDelayMs: 150 })
    await placeAt(provider)
    await eventually(() => expect(statuses()).toEqual(['RINGING']))
    await provider.close()
    const other = simulator({ answerDelayMs: 200 })
    await placeAt(other.provider)
    await eventually(() => expect(other.statuses()).toContain('COMPLETED'))
    expect(statuses()).toEqual(['RINGING'])
  })
})

test('ended calls are forgotten once ten thousand later ones have ended', async () => {
  const { provider, statuses } = simulator({ outcomes: { busy: 1 }, answerDelayMs: 0 })
  const first = await placeAt(provider)
  await eventually(() => expect(statuses()).toHaveLength(1))
  const later = Array.from({ length: 10_000 }, (_, index) => provider.place(dialTo('0100', 1, `later-${index}`), callContext()))
  await Promise.all(later)
  expect((await provider.get(first)).kind).toBe('found')
  await eventually(() => expect(statuses()).toHaveLength(10_001))
  expect((await provider.get(first)).kind).toBe('unsure')
})
