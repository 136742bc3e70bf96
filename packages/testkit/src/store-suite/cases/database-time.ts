import { deepEqual, equal, ok } from 'node:assert/strict'
import { assertFacts, assertSame, first } from '../expectations.ts'
import { refusedBy } from '../gate-reports.ts'
import { storeCases } from '../store-case.ts'
import { retried, settled } from '../writes.ts'

const longAgo = new Date('2001-01-01T00:00:00.000Z')
const farOff = new Date('2199-01-01T00:00:00.000Z')

/** The store keeps time by its database where no clock is injected. */
export const databaseTime = storeCases("the database's own time", {
  'what was due long ago is claimed, and what is far off is not': async (setup) => {
    const { worker } = await setup({ time: 'database' })
    const [now, past] = await worker.enqueueAll([{}, { scheduledAt: longAgo }, { scheduledAt: farOff }])
    assertSame(await worker.claimIds(), [now?.id ?? '', past?.id ?? ''])
  },

  'all that one turn writes bears one time': async (setup) => {
    const { worker } = await setup({ time: 'database' })
    const live = await worker.dial()
    await worker.enqueue()
    const { now, applied, claimed } = await worker.claimingTurn({}, { writes: [settled(live)] })
    deepEqual(first(applied).call.endedAt, now)
    deepEqual(first(claimed).attempt.startedAt, now)
    equal(first(claimed).attempt.sendBy.getTime() - now.getTime(), 5_000)
    equal(first(claimed).attempt.answerBy.getTime() - now.getTime(), 15_000)
  },

  'time goes on from turn to turn': async (setup) => {
    const { store, worker } = await setup({ time: 'database' })
    const { createdAt } = await worker.enqueue()
    const earlier = await worker.turn()
    const later = await store.lookUp({})
    ok(createdAt <= earlier.now && earlier.now <= later.now)
  },

  'a retry is due after its span': async (setup) => {
    const { worker } = await setup({ time: 'database' })
    const claimed = await worker.dial()
    const { now, applied } = await worker.turn({ writes: [retried(claimed, 3_600_000)] })
    deepEqual(first(applied).call.nextAttemptAt, new Date(now.getTime() + 3_600_000))
    const { claimed: none, nextDueInMs } = await worker.claimingTurn()
    deepEqual(none, [])
    ok(nextDueInMs !== null && nextDueInMs > 3_000_000 && nextDueInMs <= 3_600_000)
  },

  'a deadline in the past expires a call, one far off does not': async (setup) => {
    const { worker } = await setup({ time: 'database' })
    const [past] = await worker.enqueueAll([{ scheduledAt: longAgo, expiresAt: new Date(longAgo.getTime() + 1) }, { expiresAt: farOff }])
    const { expired } = await worker.turn({ expireDue: true })
    deepEqual(
      expired.map(({ id }) => id),
      [past?.id],
    )
  },

  'a gate stays closed for its span': async (setup) => {
    const { store, worker } = await setup({ time: 'database' })
    await worker.report(refusedBy(await worker.dial(), { retryAfterMs: 600_000 }))
    await worker.enqueue()
    deepEqual(await worker.claimIds(), [])
    const { opensInMs } = first((await store.readControl()).gates)
    ok(opensInMs !== null && opensInMs > 500_000 && opensInMs <= 600_000)
  },

  'an attempt is looked at when the span is over that its write named': async (setup) => {
    const { store, worker } = await setup({ time: 'database' })
    const [soon, late] = [await worker.dial(), await worker.dial()]
    await worker.turn({ writes: [{ ...retried(soon, 0), call: null, next: { ...retried(soon, 0).next, status: 'LIVE' }, checkInMs: 0 }] })
    const { due, nextDueInMs } = await store.claimChecks({ limit: 9, leaseMs: 600_000, providers: ['sim'], staleAfterMs: 900_000 })
    assertFacts(first(due).call, { id: soon.call.id })
    equal(due.length, 1)
    ok(nextDueInMs !== null && nextDueInMs <= 15_000)
    assertFacts(late.attempt, { status: 'PLACING' })
  },
})
