import { deepEqual, equal } from 'node:assert/strict'
import type { Store } from '@ebra/core'
import { assertSame } from '../expectations.ts'
import { storeCases, storeCasesNeeding } from '../store-case.ts'
import { idsOf, usualClaim } from '../worker.ts'
import { accepted, retried, revived, settled, unconfirmed, writeOf } from '../writes.ts'

const usualChecks = { limit: 100, leaseMs: 20_000, providers: ['sim'], staleAfterMs: 900_000 } as const

/** Attempts that fall silent come up for a look, leased to one process at a time. */
export const checking = storeCases('looking at silent attempts', {
  'an attempt is looked at when its answer is overdue, and not before': async (setup) => {
    const { store, worker, clock } = await setup()
    const { call } = await worker.dial()
    clock.advance(14_999)
    deepEqual(await dueIds(store), [])
    clock.advance(1)
    deepEqual(await dueIds(store), [call.id])
  },

  'what is to be looked at comes as it is, and with the time': async (setup) => {
    const { store, worker, clock } = await setup()
    const { attempt } = await worker.dial()
    clock.advance(15_000)
    const { now, due } = await store.claimChecks(usualChecks)
    deepEqual({ now, due }, { now: clock.now(), due: [await worker.attempt(attempt.attemptId)] })
  },

  'an attempt that was given out is not given out again within its lease': async (setup) => {
    const { store, worker, clock } = await setup()
    const { call } = await worker.dial()
    clock.advance(15_000)
    deepEqual(await dueIds(store), [call.id])
    clock.advance(19_999)
    deepEqual(await dueIds(store), [])
    clock.advance(1)
    deepEqual(await dueIds(store), [call.id])
  },

  'a write may follow what was given out': async (setup) => {
    const { store, worker, clock } = await setup()
    await worker.dial()
    clock.advance(15_000)
    const { due } = await store.claimChecks(usualChecks)
    const { applied } = await worker.turn({ writes: due.map(unconfirmed) })
    equal(applied.length, 1)
  },

  'a write says when its attempt is to be looked at next': async (setup) => {
    const { store, worker, clock } = await setup()
    const { call } = await worker.write(accepted(await worker.dial()))
    clock.advance(59_999)
    deepEqual(await dueIds(store), [])
    clock.advance(1)
    deepEqual(await dueIds(store), [call.id])
  },

  'a write that says nothing of the next look leaves its time': async (setup) => {
    const { store, worker, clock } = await setup()
    const placed = await worker.write(accepted(await worker.dial()))
    clock.advance(30_000)
    await worker.write(writeOf(placed, { phase: 'ringing' }, { isSign: true }))
    deepEqual(await dueIds(store), [])
    clock.advance(30_000)
    deepEqual(await dueIds(store), [placed.call.id])
  },

  'an attempt that has ended is not looked at': async (setup) => {
    const { store, worker, clock } = await setup()
    await worker.write(settled(await worker.dial()))
    await worker.write({ ...retried(await worker.dial(), 86_400_000), checkInMs: 1_000 })
    clock.advance(60_000)
    deepEqual(await dueIds(store), [])
  },

  'an attempt that its provider had accepted is looked at once its call is canceled, so that it is hung up': async (setup) => {
    const { store, worker } = await setup()
    const [placed, placing] = [await worker.dial(), await worker.dial()]
    await worker.write(accepted(placed, 'p-1'))
    for (const { call } of [placed, placing]) await store.cancelCall({ callId: call.id })
    deepEqual(await dueIds(store), [placed.call.id])
  },

  'an attempt that came back is looked at again': async (setup) => {
    const { store, worker, clock } = await setup()
    const lost = await worker.write(settled(await worker.dial(), 'lost', 'EXPIRED'))
    const { call } = await worker.write(revived(lost))
    clock.advance(60_000)
    deepEqual(await dueIds(store), [call.id])
  },

  'the most overdue are given out first, as many as asked for': async (setup) => {
    const { store, worker, clock } = await setup()
    const [one, two, three] = [await worker.dial(), await worker.dial(), await worker.dial()]
    await worker.turn({ writes: [{ ...accepted(one), checkInMs: 3_000 }] })
    await worker.turn({ writes: [{ ...accepted(two), checkInMs: 1_000 }] })
    await worker.turn({ writes: [{ ...accepted(three), checkInMs: 2_000 }] })
    clock.advance(10_000)
    assertSame(await dueIds(store, { limit: 2 }), [two.call.id, three.call.id])
    deepEqual(await dueIds(store, { limit: 2 }), [one.call.id])
  },

  'attempts of providers that the process does not have are looked at only once they are stale': async (setup) => {
    const { store, worker, clock } = await setup()
    await worker.enqueue({ provider: 'other' })
    const other = await worker.claimOne({ providers: [{ name: 'other', placeTimeoutMs: 10_000, maxConcurrent: null }] })
    clock.advance(60_000)
    const placed = await worker.write({ ...accepted(other), checkInMs: 1_000 })
    clock.advance(899_999)
    deepEqual(await dueIds(store), [])
    clock.advance(1)
    deepEqual(await dueIds(store), [placed.call.id])
  },

  'the next look is as far off as the earliest that is not due': async (setup) => {
    const { store, worker, clock } = await setup()
    equal((await store.claimChecks(usualChecks)).nextDueInMs, null)
    await worker.dial()
    clock.advance(5_000)
    equal((await store.claimChecks(usualChecks)).nextDueInMs, 10_000)
    clock.advance(10_000)
    equal((await store.claimChecks(usualChecks)).nextDueInMs, 20_000)
  },

  'checks that race give an attempt out once': async (setup) => {
    const { store, worker, clock } = await setup()
    await worker.enqueueAll(Array.from({ length: 20 }, () => ({})))
    await worker.claim(usualClaim)
    clock.advance(15_000)
    const looks = await Promise.all(Array.from({ length: 6 }, () => dueIds(store, { limit: 4 })))
    equal(new Set(looks.flat()).size, looks.flat().length)
  },
})

/** The same leases, between processes. */
export const fleetChecks = storeCasesNeeding('other-processes', 'looking at silent attempts in a fleet', {
  'two processes that look at once do not ask about the same attempt': async (setup) => {
    const { store, worker, clock, anotherWorker } = await setup()
    const other = await anotherWorker()
    await worker.enqueueAll(Array.from({ length: 20 }, () => ({})))
    await worker.claim()
    clock.advance(15_000)
    const looks = await Promise.all([store, other.store, store, other.store].map((each) => dueIds(each)))
    equal(new Set(looks.flat()).size, looks.flat().length)
    const rest = await dueIds(store)
    equal(looks.flat().length + rest.length, 20)
  },
})

async function dueIds(store: Store, params: Partial<Parameters<Store['claimChecks']>[0]> = {}): Promise<readonly string[]> {
  const { due } = await store.claimChecks({ ...usualChecks, ...params })
  return idsOf(due)
}
