import { describe, expect, it } from 'vitest'
import { accepted, scriptedProvider, setup, typesOf, until } from './setup.ts'

const call = { to: '+12025550123', scriptId: 'welcome' }
const unknown = { kind: 'unknown', message: 'socket hang up' } as const
const quick = { reconcile: { afterMs: 100, everyMs: 100 } }

describe('a dial of which nobody can say whether it rang', () => {
  it('keeps its slot and is not dialed again; its webhook settles it', async () => {
    const provider = scriptedProvider(() => unknown)
    const { orchestrator, events, tell } = setup(provider)
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    await until(() => events.some(({ type }) => type === 'attempt.unconfirmed'))
    expect((await orchestrator.list({ unconfirmed: true })).items).toHaveLength(1)
    expect((await orchestrator.metrics()).store).toMatchObject({ live: 1, unconfirmed: 1 })
    await tell({ callId: enqueued.id, state: { kind: 'ended', outcome: 'completed' } })
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'COMPLETED' })
    expect(provider.dials).toHaveLength(1)
  })

  it('is put back and dialed again under a new number once the provider has no such call', async () => {
    const provider = scriptedProvider((request) => (provider.dials.length === 1 ? unknown : accepted(request)), {
      traits: { findSettleMs: 0, placeTimeoutMs: 200 },
      find: async () => ({ kind: 'absent' }),
    })
    const { orchestrator } = setup(provider, { ...quick, staleAfterMs: 2_000 })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    await until(() => provider.dials.length === 2)
    expect(provider.dials[1]?.attemptNumber).toBe(2)
    expect(await orchestrator.get(enqueued.id)).toMatchObject({ attempts: 1 })
  })

  it('is settled by what the provider finds', async () => {
    const provider = scriptedProvider(() => unknown, {
      find: async () => ({ kind: 'found', providerCallId: 'p-1', state: { kind: 'ended', outcome: 'completed' } }),
    })
    const { orchestrator } = setup(provider, quick)
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'COMPLETED', providerCallId: 'p-1', attempts: 1 })
    expect(provider.dials).toHaveLength(1)
  })

  it('is sent again under the same key where the provider promises to recognise it', async () => {
    const provider = scriptedProvider((request) => (provider.dials.length === 1 ? unknown : accepted(request)), {
      traits: { idempotency: { windowMs: 3_600_000 } },
    })
    const { orchestrator, events } = setup(provider, quick)
    await orchestrator.start()
    await orchestrator.enqueue(call)
    await until(() => events.some(({ type }) => type === 'attempt.placed'))
    expect(provider.dials).toHaveLength(2)
    expect(provider.dials[1]).toEqual(provider.dials[0])
  })

  it('is not sent again when the provider’s window is too short to be sure', async () => {
    const provider = scriptedProvider(() => unknown, { traits: { idempotency: { windowMs: 5_000 } } })
    const { orchestrator } = setup(provider, { ...quick, staleAfterMs: 1_000 })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue({ ...call, maxAttempts: 1 })
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'EXPIRED', outcome: 'lost' })
    expect(provider.dials).toHaveLength(1)
  })

  it('is given up when it has been silent for too long, as the host chose', async () => {
    const provider = scriptedProvider(() => (provider.dials.length === 1 ? unknown : { kind: 'ended', outcome: 'completed' }))
    const { orchestrator, events } = setup(provider, { staleAfterMs: 1_000 })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'COMPLETED', attempts: 2 })
    expect(typesOf(events)).toEqual([
      'call.enqueued',
      'attempt.unconfirmed',
      'attempt.ended',
      'call.retrying',
      'attempt.ended',
      'call.completed',
    ])
  })

  it('is held for the host where it chose so, and resolved by its word', async () => {
    const provider = scriptedProvider(() => unknown)
    const { orchestrator } = setup(provider, { staleAfterMs: 1_000, onLost: { unconfirmed: 'hold' } })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    await until(async () => (await orchestrator.attempts(enqueued.id))[0]?.status === 'HELD')
    expect((await orchestrator.metrics()).store).toMatchObject({ live: 1, held: 1 })
    expect(await orchestrator.resolve(`${enqueued.id}.1`, { ended: 'completed' })).toMatchObject({ status: 'COMPLETED' })
    await expect(orchestrator.resolve(`${enqueued.id}.1`, 'not-rang')).rejects.toMatchObject({ code: 'ATTEMPT_NOT_RESOLVABLE' })
  })
})

describe('a live call that falls silent', () => {
  it('is asked about, and settled by what the provider says', async () => {
    let asked = 0
    const provider = scriptedProvider(accepted, {
      get: async ({ providerCallId }) => {
        asked += 1
        return {
          kind: 'found',
          providerCallId,
          state: asked === 1 ? { kind: 'live', phase: 'answered' } : { kind: 'ended', outcome: 'completed' },
        }
      },
    })
    const { orchestrator, events } = setup(provider, quick)
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'COMPLETED' })
    expect(typesOf(events)).toEqual(['call.enqueued', 'attempt.placed', 'attempt.answered', 'attempt.ended', 'call.completed'])
  })

  it('is lost, never put back, when the provider that had accepted it does not know it any more', async () => {
    const provider = scriptedProvider(accepted, { get: async () => ({ kind: 'absent' }) })
    const { orchestrator } = setup(provider, quick)
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'EXPIRED', outcome: 'lost', attempts: 1 })
    expect(provider.dials).toHaveLength(1)
  })

  it('is not dialed again by itself when it is held, and the provider has no such call any more', async () => {
    let asked = 0
    const provider = scriptedProvider(accepted, {
      traits: { findSettleMs: 0, placeTimeoutMs: 200 },
      find: async () => {
        asked += 1
        return { kind: 'absent' }
      },
    })
    const { orchestrator } = setup(provider, { ...quick, staleAfterMs: 1_000, onLost: { silent: 'hold' } })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    await until(async () => (await orchestrator.attempts(enqueued.id))[0]?.status === 'HELD')
    const askedBefore = asked
    await until(() => asked >= askedBefore + 2)
    expect(await orchestrator.attempts(enqueued.id)).toMatchObject([{ status: 'HELD' }])
  })

  it('that was given up is corrected by its real end', async () => {
    const { orchestrator, events, tell } = setup(scriptedProvider(), { staleAfterMs: 1_000 })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'EXPIRED' })
    await tell({ attemptId: `${enqueued.id}.1`, state: { kind: 'ended', outcome: 'completed' } })
    expect(await orchestrator.get(enqueued.id)).toMatchObject({ status: 'COMPLETED', outcome: 'completed' })
    expect(typesOf(events)).toContain('attempt.revived')
  })
})
