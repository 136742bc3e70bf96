import { describe, expect, it } from 'vitest'
import { accepted, scriptedProvider, setup, typesOf, until } from './setup.ts'

const to = '+12025550123'
const call = { to, scriptId: 'welcome' }

describe('a dial', () => {
  it('is followed from enqueue to its end, each step told once', async () => {
    const { orchestrator, events, tell } = setup()
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue({ ...call, metadata: { customerId: 7 } })
    await until(() => events.some(({ type }) => type === 'attempt.placed'))
    const attemptId = `${enqueued.id}.1`
    await tell({ attemptId, state: { kind: 'live', phase: 'answered' } })
    await tell({ attemptId, state: { kind: 'ended', outcome: 'completed', details: { durationSec: 12 } } })
    const done = await orchestrator.waitFor(enqueued.id)
    expect(done).toMatchObject({
      status: 'COMPLETED',
      outcome: 'completed',
      attempts: 1,
      durationSec: 12,
      providerCallId: `p-${attemptId}`,
      metadata: { customerId: 7 },
    })
    expect(typesOf(events).filter((type) => !type.startsWith('webhook'))).toEqual([
      'call.enqueued',
      'attempt.placed',
      'attempt.answered',
      'attempt.ended',
      'call.completed',
    ])
  })

  it('carries the attempt’s own id and number to the provider, new ones for every retry', async () => {
    const provider = scriptedProvider()
    const { orchestrator, tell } = setup(provider)
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    await until(() => provider.dials.length === 1)
    await tell({ attemptId: `${enqueued.id}.1`, state: { kind: 'ended', outcome: 'busy' } })
    await until(() => provider.dials.length === 2)
    expect(provider.dials.map(({ attemptId, attemptNumber }) => [attemptId, attemptNumber])).toEqual([
      [`${enqueued.id}.1`, 1],
      [`${enqueued.id}.2`, 2],
    ])
    expect(await orchestrator.get(enqueued.id)).toMatchObject({ status: 'IN_PROGRESS', attempts: 2 })
  })

  it('fails its call when no attempt is left', async () => {
    const provider = scriptedProvider(() => ({ kind: 'ended', outcome: 'no-answer' }))
    const { orchestrator, events } = setup(provider)
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue({ ...call, maxAttempts: 2 })
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'FAILED', outcome: 'no-answer', attempts: 2 })
    expect(typesOf(events)).toEqual(['call.enqueued', 'attempt.ended', 'call.retrying', 'attempt.ended', 'call.failed'])
  })

  it('never exceeds the cap, and the next one leaves when a slot is free', async () => {
    const provider = scriptedProvider()
    const { orchestrator, tell } = setup(provider, { concurrency: 2 })
    await orchestrator.start()
    const numbers = ['+12025550101', '+12025550102', '+12025550103', '+12025550104']
    await orchestrator.enqueueMany(numbers.map((number) => ({ ...call, to: number })))
    await until(() => provider.dials.length === 2)
    await tell({ attemptId: provider.dials[0]?.attemptId ?? '', state: { kind: 'ended', outcome: 'completed' } })
    await until(() => provider.dials.length === 3)
    expect((await orchestrator.metrics()).store.live).toBe(2)
  })

  it('does not ring a number that has a live call, until that has ended', async () => {
    const provider = scriptedProvider()
    const { orchestrator, tell } = setup(provider)
    await orchestrator.start()
    await orchestrator.enqueueMany([call, call])
    await until(() => provider.dials.length === 1)
    await orchestrator.enqueue({ ...call, to: '+12025550199' })
    await until(() => provider.dials.length === 2)
    expect(provider.dials[1]?.to).toBe('+12025550199')
    await tell({ attemptId: provider.dials[0]?.attemptId ?? '', state: { kind: 'ended', outcome: 'completed' } })
    await until(() => provider.dials.length === 3)
    expect(provider.dials[2]?.to).toBe(to)
  })

  it('is put back when it was throttled: nothing is spent, the gate holds the others, and the same call gets a new number', async () => {
    const provider = scriptedProvider((request) =>
      provider.dials.length === 1 ? { kind: 'throttled', code: '429', message: 'slow down', retryAfterMs: 300 } : accepted(request),
    )
    const { orchestrator, events } = setup(provider, { concurrency: 1 })
    await orchestrator.start()
    const { call: first } = await orchestrator.enqueue(call)
    await until(() => events.some(({ type }) => type === 'gate.closed'))
    expect(await orchestrator.get(first.id)).toMatchObject({ status: 'PENDING', attempts: 0 })
    await until(() => events.some(({ type }) => type === 'gate.opened'))
    expect(provider.dials.map(({ attemptNumber }) => attemptNumber)).toEqual([1, 2])
    expect(await orchestrator.get(first.id)).toMatchObject({ status: 'IN_PROGRESS', attempts: 1 })
  })

  it('is bound by a webhook that comes before its own answer', async () => {
    let answer = () => {}
    const provider = scriptedProvider(async (request) => {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      return accepted(request)
    })
    const { orchestrator, events, tell } = setup(provider)
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    await until(() => provider.dials.length === 1)
    await tell({ attemptId: `${enqueued.id}.1`, state: { kind: 'ended', outcome: 'completed' } })
    answer()
    const [attempt] = await until(async () => {
      const attempts = await orchestrator.attempts(enqueued.id)
      return attempts[0]?.providerCallId === null ? null : attempts
    })
    expect(attempt).toMatchObject({ status: 'ENDED', outcome: 'completed' })
    expect(typesOf(events).filter((type) => type === 'call.completed')).toHaveLength(1)
  })
})

describe('the host’s last word', () => {
  it('postpones a call without spending an attempt', async () => {
    const provider = scriptedProvider()
    const { orchestrator, events } = setup(provider, { beforeDial: () => ({ postponeMs: 60_000, reason: 'quiet hours' }) })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    const postponed = await until(() => events.find((event) => event.type === 'call.postponed'))
    expect(postponed).toMatchObject({ reason: 'quiet hours', call: { id: enqueued.id, status: 'PENDING', attempts: 0 } })
    expect(provider.dials).toEqual([])
  })

  it('cancels a call before it rings', async () => {
    const provider = scriptedProvider()
    const { orchestrator } = setup(provider, { beforeDial: () => ({ cancel: 'opted out' }) })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({
      status: 'CANCELED',
      attempts: 0,
      lastError: { code: 'withdrawn', message: 'opted out' },
    })
    expect(provider.dials).toEqual([])
  })

  it('fails closed: a throw postpones by a minute', async () => {
    const provider = scriptedProvider()
    const { orchestrator, events } = setup(provider, {
      beforeDial: () => {
        throw new Error('list server down')
      },
    })
    await orchestrator.start()
    await orchestrator.enqueue(call)
    await until(() => events.find((event) => event.type === 'call.postponed'))
    expect(provider.dials).toEqual([])
    expect(typesOf(events)).toContain('error')
  })
})
