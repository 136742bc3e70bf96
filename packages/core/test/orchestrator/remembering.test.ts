import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SqliteStore } from '@ebra/store-sqlite'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { scriptedProvider, setup, typesOf, until } from './setup.ts'

const call = { to: '+12025550123', scriptId: 'welcome' }
const answered = { kind: 'live', phase: 'answered' } as const
const completed = { kind: 'ended', outcome: 'completed' } as const

/** A process that dials one call, and another that only takes webhooks. */
async function aCallThatTwoProcessesFollow() {
  const directory = mkdtempSync(join(tmpdir(), 'ebra-remembering-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'calls.db')
  const dialing = setup(scriptedProvider(), { store: new SqliteStore({ file }) })
  const listening = setup(scriptedProvider(), { store: new SqliteStore({ file }) })
  await dialing.orchestrator.start()
  const { call: enqueued } = await dialing.orchestrator.enqueue(call)
  await until(() => typesOf(dialing.events).includes('attempt.placed'))
  const attemptId = `${enqueued.id}.1`
  return { dialing, listening, callId: enqueued.id, attemptId, named: { providerCallIds: [`p-${attemptId}`] } }
}

describe('an attempt that this process dialed', () => {
  it('is followed to its end without being read again', async () => {
    const store = new SqliteStore({ file: ':memory:' })
    const lookUp = vi.spyOn(store, 'lookUp')
    const { orchestrator, events, tell } = setup(scriptedProvider(), { store })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    await until(() => typesOf(events).includes('attempt.placed'))
    await tell({ providerCallIds: [`p-${enqueued.id}.1`], state: answered })
    await tell({ attemptId: `${enqueued.id}.1`, state: completed })
    expect(await orchestrator.get(enqueued.id)).toMatchObject({ status: 'COMPLETED', providerCallId: `p-${enqueued.id}.1` })
    expect(lookUp).not.toHaveBeenCalled()
  })

  it('is read again where another process has written it since', async () => {
    const { dialing, listening, callId, named } = await aCallThatTwoProcessesFollow()
    await listening.tell({ eventId: 'one', ...named, state: { ...answered, details: { answeredBy: 'machine' } } })
    await dialing.tell({ eventId: 'two', ...named, state: completed })
    expect(await dialing.orchestrator.get(callId)).toMatchObject({ status: 'COMPLETED', outcome: 'voicemail' })
  })

  it('is read again where its cancel was asked of another process', async () => {
    const { dialing, listening, callId, named } = await aCallThatTwoProcessesFollow()
    await listening.orchestrator.cancel(callId)
    await dialing.tell({ ...named, state: { kind: 'ended', outcome: 'busy' } })
    expect(await dialing.orchestrator.get(callId)).toMatchObject({ status: 'CANCELED', attempts: 1 })
  })

  it('hears an event once that another process has heard', async () => {
    const { dialing, listening, callId, named } = await aCallThatTwoProcessesFollow()
    const event = { eventId: 'same', ...named, state: { kind: 'details', details: { summary: 'before its end' } } } as const
    await listening.tell(event)
    const [before] = await dialing.orchestrator.attempts(callId)
    await dialing.tell(event)
    expect(await dialing.orchestrator.attempts(callId)).toEqual([before])
  })

  it('is not taken for the one that is meant where another bears the same id', async () => {
    const { orchestrator, events, tell } = setup(scriptedProvider(() => ({ kind: 'accepted', providerCallId: 'p-same' })))
    await orchestrator.start()
    await orchestrator.enqueueMany([call, { ...call, to: '+12025550124' }])
    await until(() => typesOf(events).filter((type) => type === 'attempt.placed').length === 2)
    await tell({ providerCallIds: ['p-same'], state: completed })
    expect(typesOf(events)).toContain('webhook.parked')
    expect((await orchestrator.list({ status: 'IN_PROGRESS' })).total).toBe(2)
  })

  it('is read again where its call was changed while it was revived', async () => {
    const store = new SqliteStore({ file: ':memory:' })
    const provider = scriptedProvider(() => ({ kind: 'not-placed', code: 'busy-line', message: 'Later.', retryAfterMs: 600_000 }))
    const { orchestrator, tell } = setup(provider, { store })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue({ ...call, maxAttempts: 1 })
    await until(async () => (await orchestrator.attempts(enqueued.id))[0]?.putBack)
    const lookUp = store.lookUp.bind(store)
    vi.spyOn(store, 'lookUp').mockImplementationOnce(async (keys) => {
      const found = await lookUp(keys)
      await orchestrator.update(enqueued.id, { maxAttempts: 3 })
      return found
    })
    const attemptId = `${enqueued.id}.1`
    await tell({ attemptId, state: answered })
    await tell({ attemptId, state: { kind: 'ended', outcome: 'busy' } })
    const told = await orchestrator.get(enqueued.id)
    expect(told?.maxAttempts).toBe(3)
    expect(told?.status).not.toBe('FAILED')
  })

  it('is not changed by a host that changes what it was told', async () => {
    const { orchestrator, events, tell } = setup()
    const thrown: unknown[] = []
    orchestrator.on('attempt.answered', ({ attempt }) => Reflect.set(attempt.details, 'summary', 'mine') || thrown.push('refused'))
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    await until(() => typesOf(events).includes('attempt.placed'))
    await tell({ attemptId: `${enqueued.id}.1`, state: { ...answered, details: { summary: 'theirs' } } })
    await tell({ attemptId: `${enqueued.id}.1`, state: completed })
    expect(thrown).toEqual(['refused'])
    expect(await orchestrator.attempts(enqueued.id)).toMatchObject([{ details: { summary: 'theirs' } }])
  })
})
