import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { aCall } from '../calls.ts'
import { aCallThatIs, endedStatuses } from '../endings.ts'
import { assertFacts } from '../expectations.ts'
import { storeCases } from '../store-case.ts'
import { accepted, held, retried, settled, unconfirmed } from '../writes.ts'

/** Cancellation ends what waits, and asks what is live to end. */
export const canceling = storeCases('canceling a call', {
  'a pending call is canceled at once, for good': async (setup) => {
    const { store, worker, clock } = await setup()
    const { id } = await worker.enqueue()
    clock.advance(1_000)
    const result = await store.cancelCall({ callId: id })
    const call = await worker.call(id)
    deepEqual(result, { kind: 'canceled', call, live: null })
    assertFacts(call, { status: 'CANCELED', nextAttemptAt: null, endedAt: clock.now(), updatedAt: clock.now() })
    deepEqual(await worker.claimIds(), [])
  },

  'a call that waits for its retry is canceled at once': async (setup) => {
    const { store, worker } = await setup()
    const { call } = await worker.write(retried(await worker.dial(), 30_000))
    equal((await store.cancelCall({ callId: call.id }))?.kind, 'canceled')
    assertFacts(await worker.call(call.id), { status: 'CANCELED', attempts: 1 })
  },

  'a live call is asked to end, with its attempt to hang up': async (setup) => {
    const { store, worker, clock } = await setup()
    const placed = await worker.write(accepted(await worker.dial(), 'p-1'))
    clock.advance(1_000)
    const result = await store.cancelCall({ callId: placed.call.id })
    const live = await worker.attempt(placed.attempt.attemptId)
    deepEqual(result, { kind: 'requested', call: live.call, live })
    assertFacts(live.call, { status: 'IN_PROGRESS', cancelRequestedAt: clock.now(), endedAt: null })
    assertFacts(live.attempt, { status: 'LIVE', providerCallId: 'p-1' })
  },

  'an attempt in any status but ENDED is hung up': async (setup) => {
    const { store, worker } = await setup()
    const dials = [accepted, unconfirmed, held, null]
    for (const write of dials) {
      const claimed = await worker.dial()
      if (write !== null) await worker.write(write(claimed))
      const result = await store.cancelCall({ callId: claimed.call.id })
      assertFacts(result ?? {}, { kind: 'requested' })
      equal(result?.live?.attempt.attemptId, claimed.attempt.attemptId)
    }
  },

  'a cancellation that is asked for twice was asked for the first time': async (setup) => {
    const { store, worker, clock } = await setup()
    const { call } = await worker.dial()
    const asked = clock.now()
    await store.cancelCall({ callId: call.id })
    clock.advance(1_000)
    const again = await store.cancelCall({ callId: call.id })
    equal(again?.kind, 'requested')
    deepEqual(again?.call.cancelRequestedAt, asked)
    notEqual(again?.live, null)
  },

  'a write that was decided before the cancellation misses': async (setup) => {
    const { store, worker } = await setup()
    const claimed = await worker.dial()
    await store.cancelCall({ callId: claimed.call.id })
    deepEqual((await worker.turn({ writes: [retried(claimed, 0)] })).missed, [claimed.attempt.attemptId])
    assertFacts(await worker.call(claimed.call.id), { status: 'IN_PROGRESS' })
    await worker.write(settled(await worker.attempt(claimed.attempt.attemptId), 'canceled', 'CANCELED'))
    assertFacts(await worker.call(claimed.call.id), { status: 'CANCELED' })
  },

  'a call that has ended stays as it ended': async (setup) => {
    const { store, worker } = await setup()
    for (const status of endedStatuses) {
      const before = await aCallThatIs(status, worker)
      deepEqual(await store.cancelCall({ callId: before.id }), { kind: 'already-ended', call: before, live: null }, status)
      deepEqual(await worker.call(before.id), before, status)
    }
  },

  'a call that does not exist cannot be canceled': async (setup) => {
    const { store } = await setup()
    for (const callId of [aCall().id, 'no-such-call']) equal(await store.cancelCall({ callId }), null)
  },

  'a call is either canceled or claimed, never both': async (setup) => {
    const { store, worker } = await setup()
    for (let round = 0; round < 20; round += 1) {
      const { id } = await worker.enqueue()
      const [claimed, canceled] = await Promise.all([worker.claim(), store.cancelCall({ callId: id })])
      equal(canceled?.kind, claimed.length === 0 ? 'canceled' : 'requested')
    }
  },
})

/** Whole lists are withdrawn in bounded steps. */
export const cancelingMany = storeCases('canceling pending calls', {
  'pending calls are canceled oldest first, as many as asked for': async (setup) => {
    const { store, worker, clock } = await setup()
    const [one, two, three] = await worker.enqueueAll([{}, { priority: 9 }, {}])
    clock.advance(1_000)
    const canceled = await store.cancelPending({ filter: {}, limit: 2 })
    deepEqual(
      canceled.map(({ id }) => id),
      [one?.id, two?.id],
    )
    for (const call of canceled) {
      assertFacts(call, { status: 'CANCELED', nextAttemptAt: null, endedAt: clock.now(), updatedAt: clock.now() })
      deepEqual(call, await worker.call(call.id))
    }
    deepEqual(await worker.claimIds(), [three?.id])
  },

  'a tenant and a script narrow what is canceled': async (setup) => {
    const { store, worker } = await setup()
    const wanted = { tenant: 'acme', scriptId: 'reminder' }
    const [call, ...others] = await worker.enqueueAll([wanted, { tenant: 'acme' }, { scriptId: 'reminder' }, {}])
    const canceled = await store.cancelPending({ filter: wanted, limit: 100 })
    deepEqual(
      canceled.map(({ id }) => id),
      [call?.id],
    )
    for (const { id } of others) assertFacts(await worker.call(id), { status: 'PENDING' })
  },

  'calls made at the instant that bounds the cancellation, or later, are spared': async (setup) => {
    const { store, worker, clock } = await setup()
    const early = await worker.enqueue()
    clock.advance(1_000)
    const late = await worker.enqueue()
    const canceled = await store.cancelPending({ filter: { createdBefore: late.createdAt }, limit: 100 })
    deepEqual(
      canceled.map(({ id }) => id),
      [early.id],
    )
  },

  'only pending calls are canceled': async (setup) => {
    const { store, worker } = await setup()
    for (const status of [...endedStatuses, 'IN_PROGRESS'] as const) {
      const before = await aCallThatIs(status, worker)
      deepEqual(await store.cancelPending({ filter: {}, limit: 100 }), [], status)
      deepEqual(await worker.call(before.id), before, status)
    }
  },
})
