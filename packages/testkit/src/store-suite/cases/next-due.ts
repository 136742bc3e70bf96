import { equal, notEqual } from 'node:assert/strict'
import { refusedBy } from '../gate-reports.ts'
import { storeCases } from '../store-case.ts'
import type { Worker } from '../worker.ts'
import { retried } from '../writes.ts'

const to = '+12025550101'

/** When a process should turn again, so that it neither sleeps through work nor spins. */
export const nextDue = storeCases('when a turn could do something next', {
  'nothing is awaited where nothing waits': async (setup) => {
    const { worker } = await setup()
    equal(await nextDueInMs(worker), null)
    await worker.enqueue()
    equal(await nextDueInMs(worker), null)
  },

  'the earliest call that is not due yet is awaited': async (setup) => {
    const { worker, clock } = await setup()
    const now = clock.now().getTime()
    await worker.enqueueAll([90_000, 30_000, 60_000].map((ms) => ({ scheduledAt: new Date(now + ms) })))
    clock.advance(5_000)
    equal(await nextDueInMs(worker), 25_000)
  },

  'a retry is awaited': async (setup) => {
    const { worker } = await setup()
    await worker.write(retried(await worker.dial(), 30_000))
    equal(await nextDueInMs(worker), 30_000)
  },

  'a deadline is awaited where it comes before the call is due': async (setup) => {
    const { worker, clock } = await setup()
    const now = clock.now().getTime()
    await worker.enqueue({ scheduledAt: new Date(now + 60_000), expiresAt: new Date(now + 90_000) })
    const retrying = await worker.dial({ expiresAt: new Date(now + 20_000) })
    await worker.write(retried(retrying, 45_000))
    equal(await nextDueInMs(worker), 20_000)
  },

  'a claim that its limit cut short can go on at once': async (setup) => {
    const { worker } = await setup()
    await worker.enqueueAll([{}, {}, {}])
    const { nextDueInMs } = await worker.claimingTurn({ limit: 2 })
    equal(nextDueInMs, 0)
  },

  'a call that lacks only a free slot has no time': async (setup) => {
    const { worker } = await setup({ configured: 1 })
    await worker.enqueueAll([{}, {}])
    equal(await nextDueInMs(worker), null)
    equal(await nextDueInMs(worker), null)
  },

  'a call that waits for a busy number has no time': async (setup) => {
    const { worker } = await setup()
    await worker.enqueueAll([{ to }, { to }])
    equal(await nextDueInMs(worker), null)
    equal(await nextDueInMs(worker), null)
  },

  'a call that no provider of the process could dial has no time': async (setup) => {
    const { worker } = await setup()
    await worker.enqueue({ provider: 'other' })
    equal(await nextDueInMs(worker), null)
  },

  'a call that lacks only a slot of its provider has no time': async (setup) => {
    const { worker } = await setup()
    await worker.enqueueAll([{}, {}])
    const providers = [{ name: 'sim', placeTimeoutMs: 1_000, maxConcurrent: 1 }]
    await worker.claim({ providers })
    const { nextDueInMs } = await worker.claimingTurn({ providers })
    equal(nextDueInMs, null)
  },

  'a paused call has no time': async (setup) => {
    const { store, worker } = await setup()
    await worker.enqueue()
    await store.writeControl({ paused: true })
    equal(await nextDueInMs(worker), null)
  },

  'a gate over a waiting call is awaited': async (setup) => {
    const { worker } = await setup()
    await worker.report(refusedBy(await worker.dial(), { retryAfterMs: 7_000 }))
    await worker.enqueue()
    equal(await nextDueInMs(worker), 7_000)
  },

  'a gate that waits for its probe does not keep turns busy': async (setup) => {
    const { worker, clock } = await setup()
    await worker.report(refusedBy(await worker.dial()))
    clock.advance(1_000)
    await worker.enqueueAll([{}, {}])
    notEqual(await nextDueInMs(worker), 0)
    notEqual(await nextDueInMs(worker), 0)
  },

  'the pace is awaited where it is what holds up a call': async (setup) => {
    const { store, worker, clock } = await setup()
    await store.writeControl({ dialsPerSecond: 1 })
    clock.advance(60_000)
    await worker.enqueueAll([{}, {}])
    equal(await nextDueInMs(worker), 1_000)
    clock.advance(400)
    equal(await nextDueInMs(worker), 600)
  },
})

async function nextDueInMs(worker: Worker): Promise<number | null> {
  return (await worker.claimingTurn({}, { expireDue: true })).nextDueInMs
}
