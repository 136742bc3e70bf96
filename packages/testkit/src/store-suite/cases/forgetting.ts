import { deepEqual, equal } from 'node:assert/strict'
import { aCall, key } from '../calls.ts'
import { aCallThatIs, endedStatuses } from '../endings.ts'
import { anEvent } from '../events.ts'
import { assertFacts } from '../expectations.ts'
import { storeCases } from '../store-case.ts'
import { retried, settled, writeOf } from '../writes.ts'

const dayMs = 86_400_000

/** Personal data leaves for good, the figures stay. */
export const erasing = storeCases('erasing a call', {
  'a call that ended loses its number, its variables, its metadata and its details, and so do its attempts': async (setup) => {
    const { store, worker } = await setup()
    const personal = { variables: { name: 'Ada' }, metadata: { customerId: 7 } }
    const { call } = await worker.write(retried(await worker.dial(personal), 0))
    const details = { transcript: 'Hello, Ada?', summary: 'Ada', recordingUrl: 'https://example.com/ada' }
    const live = await worker.write(writeOf(await worker.claimOne(), { details }))
    await worker.write(settled(live))
    equal(await store.eraseCall({ callId: call.id }), 'erased')
    assertFacts(await worker.call(call.id), { to: '+00000000', variables: {}, metadata: {}, status: 'COMPLETED', attempts: 2 })
    const attempts = await store.listAttempts({ callId: call.id })
    equal(attempts.length, 2)
    for (const attempt of attempts) assertFacts(attempt, { to: '+00000000', variables: {}, metadata: {}, details: {} })
    equal((await store.listCalls({ to: call.to })).total, 0)
  },

  'a call may be erased however it ended, and again': async (setup) => {
    const { store, worker } = await setup()
    for (const status of endedStatuses) {
      const { id } = await aCallThatIs(status, worker)
      equal(await store.eraseCall({ callId: id }), 'erased', status)
      equal(await store.eraseCall({ callId: id }), 'erased', status)
      assertFacts(await worker.call(id), { status })
    }
  },

  'a call that has not ended is not erased': async (setup) => {
    const { store, worker } = await setup()
    for (const status of ['IN_PROGRESS', 'PENDING'] as const) {
      const before = await aCallThatIs(status, worker)
      equal(await store.eraseCall({ callId: before.id }), 'not-ended')
      deepEqual(await worker.call(before.id), before)
    }
  },

  'a call that does not exist cannot be erased': async (setup) => {
    const { store } = await setup()
    for (const callId of [aCall().id, 'no-such-call']) equal(await store.eraseCall({ callId }), 'not-found')
  },

  'a write that was decided before the erasure brings nothing back': async (setup) => {
    const { store, worker } = await setup()
    const over = await worker.write(settled(await worker.dial()))
    await store.eraseCall({ callId: over.call.id })
    const { missed } = await worker.turn({ writes: [writeOf(over, { details: { summary: 'Ada' } })] })
    deepEqual(missed, [over.attempt.attemptId])
    assertFacts((await worker.attempt(over.attempt.attemptId)).attempt, { details: {} })
  },

  'events that are parked under its names go with it, and no others': async (setup) => {
    const { store, worker } = await setup()
    const accepted = await worker.write(writeOf(await worker.dial(), { status: 'LIVE', providerCallId: 'p-1' }))
    const { attempt, call } = await worker.write(settled(accepted))
    const names = [{ callId: call.id }, { attemptId: attempt.attemptId }, { providerCallIds: ['p-1'] }, { providerCallIds: ['p-2'] }, {}]
    await worker.turn({ parked: names.map((named) => anEvent(named)) })
    equal(await store.eraseCall({ callId: call.id }), 'erased')
    assertFacts(await store.readMetrics(), { parkedWebhooks: 2 })
  },
})

/** Old calls are deleted in bounded steps. */
export const pruning = storeCases('pruning', {
  'calls that ended longer ago are deleted with their attempts, and no others': async (setup) => {
    const { store, worker, clock } = await setup()
    const live = await aCallThatIs('IN_PROGRESS', worker)
    const old = await aCallThatIs('COMPLETED', worker)
    const waiting = await worker.enqueue({ scheduledAt: new Date(clock.now().getTime() + 30 * dayMs) })
    clock.advance(dayMs)
    const young = await aCallThatIs('COMPLETED', worker)
    clock.advance(1)
    equal(await store.prune({ olderThanMs: dayMs, limit: 100 }), 1)
    equal(await store.findCall({ callId: old.id }), null)
    deepEqual(await store.listAttempts({ callId: old.id }), [])
    for (const { id } of [live, waiting, young]) await worker.call(id)
  },

  'a call is pruned however it ended, as many at once as asked for': async (setup) => {
    const { store, worker, clock } = await setup()
    for (const status of endedStatuses) await aCallThatIs(status, worker)
    clock.advance(dayMs)
    equal(await store.prune({ olderThanMs: 1_000, limit: 3 }), 3)
    equal(await store.prune({ olderThanMs: 1_000, limit: 3 }), 1)
    equal(await store.prune({ olderThanMs: 1_000, limit: 3 }), 0)
  },

  'a key is free again once its call is pruned': async (setup) => {
    const { store, worker, clock } = await setup()
    const { id } = await worker.enqueue({ idempotency: key('k') })
    await store.cancelCall({ callId: id })
    clock.advance(dayMs)
    await store.prune({ olderThanMs: 1_000, limit: 100 })
    await worker.enqueue({ idempotency: key('k', 'other input') })
  },
})

/** Parked and seen events do not pile up. */
export const sweeping = storeCases('sweeping', {
  'parked events that are too old are dropped, and counted': async (setup) => {
    const { store, worker, clock } = await setup()
    const { call } = await worker.dial()
    await worker.turn({ parked: [anEvent({ callId: call.id }), anEvent()] })
    clock.advance(dayMs)
    const young = anEvent({ callId: call.id })
    await worker.turn({ parked: [young] })
    clock.advance(1)
    await store.sweep({ parkedForMs: dayMs })
    assertFacts(await store.readMetrics(), { parkedWebhooks: 1, droppedWebhooks: 2 })
    deepEqual(await store.findJoinable({ limit: 10 }), [young])
  },

  'of more than a hundred thousand parked events the oldest are dropped, and counted': async (setup) => {
    const { store, worker, clock } = await setup()
    const { call } = await worker.dial()
    const oldest = [anEvent({ callId: call.id }), anEvent({ callId: call.id })]
    await worker.turn({ parked: oldest })
    clock.advance(1_000)
    for (let turn = 0; turn < 20; turn += 1) await worker.turn({ parked: Array.from({ length: 5_000 }, () => anEvent()) })
    equal((await store.readMetrics()).parkedWebhooks, 100_002)
    await store.sweep({ parkedForMs: dayMs })
    assertFacts(await store.readMetrics(), { parkedWebhooks: 100_000, droppedWebhooks: 2 })
    deepEqual(await store.findJoinable({ limit: 10 }), [])
  },

  'seen events are forgotten after a week, and not before': async (setup) => {
    const { store, worker, clock } = await setup()
    const key = { provider: 'sim', eventId: 'e-1' }
    await worker.turn({ seen: [key] })
    clock.advance(7 * dayMs - 1_000)
    await store.sweep({ parkedForMs: dayMs })
    deepEqual(await worker.seenAmong([key]), [key])
    clock.advance(2_000)
    await store.sweep({ parkedForMs: dayMs })
    deepEqual(await worker.seenAmong([key]), [])
  },
})
