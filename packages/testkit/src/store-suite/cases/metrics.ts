import { deepEqual, equal } from 'node:assert/strict'
import type { CallStatus, Store } from '@ebra/core'
import { callStatuses } from '@ebra/core'
import { someCalls } from '../calls.ts'
import { aCallThatIs, endedStatuses } from '../endings.ts'
import { anEvent, keyOf } from '../events.ts'
import { assertFacts } from '../expectations.ts'
import { storeCases } from '../store-case.ts'
import { accepted, held, putBack, retried, revived, settled, unconfirmed } from '../writes.ts'

const noCalls = { PENDING: 0, IN_PROGRESS: 0, COMPLETED: 0, FAILED: 0, EXPIRED: 0, CANCELED: 0 }
const noEnds = { COMPLETED: 0, FAILED: 0, EXPIRED: 0, CANCELED: 0 }

/** Figures that agree with the rows, whatever happened to them. */
export const metrics = storeCases('figures for operators', {
  'an empty store counts nothing': async (setup) => {
    const { store } = await setup()
    deepEqual(await store.readMetrics(), {
      calls: noCalls,
      endedTotal: noEnds,
      live: 0,
      held: 0,
      unconfirmed: 0,
      parkedWebhooks: 0,
      droppedWebhooks: 0,
      oldestPendingSeconds: null,
    })
  },

  'calls are counted in the status in which they stand': async (setup) => {
    const { store, worker } = await setup()
    for (const [count, status] of [...endedStatuses, 'IN_PROGRESS' as const, 'PENDING' as const].entries()) {
      for (let call = 0; call <= count; call += 1) await aCallThatIs(status, worker)
    }
    await worker.enqueue()
    const { calls, endedTotal, live } = await store.readMetrics()
    const ends = { COMPLETED: 1, FAILED: 2, EXPIRED: 3, CANCELED: 4 }
    // Of the pending calls, each but the last two was claimed when the next was made.
    equal(calls.PENDING + calls.IN_PROGRESS, 12)
    equal(live, calls.IN_PROGRESS)
    deepEqual({ ...calls, PENDING: 0, IN_PROGRESS: 0 }, { ...noCalls, ...ends })
    deepEqual(endedTotal, ends)
    await assertTotalsAgree(store)
  },

  'counts follow a call through every move': async (setup) => {
    const { store, worker, clock } = await setup()
    const steps: CallStatus[] = []
    const noteStep = async () => {
      const { calls } = await store.readMetrics()
      steps.push(...callStatuses.filter((status) => calls[status] > 0))
      equal(
        Object.values(calls).reduce((sum, count) => sum + count),
        1,
      )
      await assertTotalsAgree(store)
    }
    const { id } = await worker.enqueue({ expiresAt: new Date(clock.now().getTime() + 86_400_000) })
    await noteStep()
    await worker.claimOne()
    await noteStep()
    await worker.write(putBack(await worker.attempt(`${id}.1`)))
    await noteStep()
    await worker.claimOne()
    await worker.write(retried(await worker.attempt(`${id}.2`), 0))
    await noteStep()
    await worker.claimOne()
    await worker.write(settled(await worker.attempt(`${id}.3`), 'lost', 'FAILED'))
    await noteStep()
    await worker.write(revived(await worker.attempt(`${id}.3`)))
    await noteStep()
    await worker.turn({ abandoned: [worker.lastTurn] })
    await worker.write(retried(await worker.attempt(`${id}.3`), 0))
    clock.advance(86_400_000)
    await worker.turn({ expireDue: true })
    await noteStep()
    deepEqual(steps, ['PENDING', 'IN_PROGRESS', 'PENDING', 'PENDING', 'FAILED', 'IN_PROGRESS', 'EXPIRED'])
    deepEqual((await store.readMetrics()).endedTotal, { ...noEnds, FAILED: 1, EXPIRED: 1 })
  },

  'calls that are canceled one by one or together are counted': async (setup) => {
    const { store, worker } = await setup()
    await store.insertCalls({ calls: someCalls(10) })
    const { id } = await worker.enqueue()
    await store.cancelCall({ callId: id })
    await store.cancelPending({ filter: {}, limit: 4 })
    assertFacts(await store.readMetrics(), { calls: { ...noCalls, PENDING: 6, CANCELED: 5 }, endedTotal: { ...noEnds, CANCELED: 5 } })
    await assertTotalsAgree(store)
  },

  'what ended stays counted when its calls are pruned or erased': async (setup) => {
    const { store, worker, clock } = await setup()
    for (const status of endedStatuses) await aCallThatIs(status, worker)
    clock.advance(60_000)
    equal(await store.prune({ olderThanMs: 30_000, limit: 3 }), 3)
    equal(await store.prune({ olderThanMs: 30_000, limit: 3 }), 1)
    assertFacts(await store.readMetrics(), { calls: noCalls, endedTotal: { COMPLETED: 1, FAILED: 1, EXPIRED: 1, CANCELED: 1 } })
    await assertTotalsAgree(store)
  },

  'a late end that leaves a call in its status counts it once': async (setup) => {
    const { store, worker } = await setup()
    const lost = await worker.write(settled(await worker.dial(), 'lost', 'FAILED'))
    await worker.write(settled(lost, 'rejected', 'FAILED'))
    assertFacts(await store.readMetrics(), { calls: { ...noCalls, FAILED: 1 }, endedTotal: { ...noEnds, FAILED: 1 } })
  },

  'a sweep changes no count': async (setup) => {
    const { store, worker } = await setup()
    for (const status of ['IN_PROGRESS', ...endedStatuses, 'PENDING'] as const) await aCallThatIs(status, worker)
    const before = await store.readMetrics()
    await store.sweep({ parkedForMs: 86_400_000 })
    await store.sweep({ parkedForMs: 86_400_000 })
    deepEqual(await store.readMetrics(), before)
  },

  'attempts are counted as live, held and unconfirmed': async (setup) => {
    const { store, worker } = await setup()
    const dials = [null, accepted, accepted, accepted, unconfirmed, unconfirmed, held, settled, putBack] as const
    for (const write of dials) {
      const claimed = await worker.dial()
      if (write !== null) await worker.write(write(claimed))
    }
    // What was put back last is pending again.
    assertFacts(await store.readMetrics(), { live: 7, held: 1, unconfirmed: 2 })
  },

  'parked events are counted until they are applied': async (setup) => {
    const { store, worker } = await setup()
    const events = [anEvent(), anEvent(), anEvent()]
    await worker.turn({ parked: events })
    assertFacts(await store.readMetrics(), { parkedWebhooks: 3, droppedWebhooks: 0 })
    await worker.turn({ unparked: events.slice(1).map(keyOf) })
    assertFacts(await store.readMetrics(), { parkedWebhooks: 1, droppedWebhooks: 0 })
  },

  'the oldest pending call is the one that waits longest past its due time': async (setup) => {
    const { store, worker, clock } = await setup()
    await worker.enqueue({ scheduledAt: new Date(clock.now().getTime() + 10_000) })
    equal((await store.readMetrics()).oldestPendingSeconds, null)
    clock.advance(25_000)
    await worker.enqueue()
    equal((await store.readMetrics()).oldestPendingSeconds, 15)
    await worker.claim()
    equal((await store.readMetrics()).oldestPendingSeconds, null)
  },

  'a call that waits for a busy number counts as overdue': async (setup) => {
    const { store, worker, clock } = await setup()
    const to = '+12025550101'
    await worker.dial({ to })
    await worker.enqueue({ to })
    await worker.claim()
    clock.advance(60_000)
    await worker.claim()
    equal((await store.readMetrics()).oldestPendingSeconds, 60)
  },
})

/** Fails unless lists, of every status and of all, count what the metrics count. */
async function assertTotalsAgree(store: Store): Promise<void> {
  const { calls } = await store.readMetrics()
  for (const status of callStatuses) equal((await store.listCalls({ status: [status] })).total, calls[status], status)
  const all = Object.values(calls).reduce((sum, count) => sum + count)
  equal((await store.listCalls({})).total, all)
}
