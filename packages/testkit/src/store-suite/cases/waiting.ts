import { deepEqual } from 'node:assert/strict'
import type { Call, ClaimedAttempt } from '@ebra/core'
import { assertSame } from '../expectations.ts'
import { refusedBy } from '../gate-reports.ts'
import type { Scene, Setup } from '../scene.ts'
import { storeCases } from '../store-case.ts'
import { putBack, settled } from '../writes.ts'

const to = '+12025550101'
const elsewhere = '+12025550102'

/** Ways in which the first of the waiting calls leaves the line without being dialed. */
const departures: Readonly<Record<string, (call: Call, scene: Scene) => Promise<unknown>>> = {
  canceled: ({ id }, { store }) => store.cancelCall({ callId: id }),
  'canceled with others': (_call, { store }) => store.cancelPending({ filter: { tenant: 'first' }, limit: 10 }),
  'moved to another number': ({ id }, { store }) => store.updateCallIfPending({ callId: id, changes: { to: elsewhere } }),
  'moved to a later time': ({ id }, { store, clock }) => {
    const scheduledAt = new Date(clock.now().getTime() + 60_000)
    return store.updateCallIfPending({ callId: id, changes: { scheduledAt } })
  },
  'handed to a provider that nobody here has': ({ id }, { store }) =>
    store.updateCallIfPending({ callId: id, changes: { provider: 'other' } }),
  expired: async ({ id }, { store, worker, clock }) => {
    await store.updateCallIfPending({ callId: id, changes: { expiresAt: new Date(clock.now().getTime() + 1_000) } })
    clock.advance(1_000)
    await worker.turn({ expireDue: true })
  },
}

/** Calls to a busy number wait in line, and the line moves whatever becomes of its head. */
export const waitingForNumbers = storeCases('waiting for a busy number', {
  'calls that wait for a number are dialed one after another, in their order': async (setup) => {
    const { worker } = await setup()
    let live = await worker.dial({ to })
    const calls = await worker.enqueueAll([{ to }, { to, priority: 5 }, { to, priority: -5 }, { to }])
    deepEqual(await worker.claimIds(), [])
    for (const index of [1, 0, 3, 2]) {
      await worker.write(settled(live))
      live = await worker.claimOne()
      deepEqual(live.call.id, calls[index]?.id)
    }
  },

  'a call that was put back takes its place among those that wait': async (setup) => {
    const { worker, clock } = await setup()
    const live = await worker.dial({ to })
    const waiting = await worker.enqueue({ to })
    deepEqual(await worker.claimIds(), [])
    clock.advance(1)
    await worker.write(putBack(live))
    deepEqual(await worker.claimIds(), [waiting.id])
    await worker.write(settled(await worker.attempt(`${waiting.id}.1`)))
    deepEqual(await worker.claimIds(), [live.call.id])
  },

  'a call that comes later but goes first does not make the others wait forever': async (setup) => {
    const { worker } = await setup()
    const live = await worker.dial({ to })
    const waiting = await worker.enqueue({ to })
    deepEqual(await worker.claimIds(), [])
    await worker.write(settled(live))
    await worker.enqueue({ to, priority: 9 })
    const urgent = await worker.claimOne()
    deepEqual(await worker.claimIds(), [])
    await worker.write(settled(urgent))
    deepEqual(await worker.claimIds(), [waiting.id])
  },

  ...Object.fromEntries(
    Object.entries(departures).map(([how, depart]) => [
      `the next call gets its turn when the first that waits is ${how}, be the number busy or free`,
      async (setup: Setup) => {
        for (const isFree of [false, true]) {
          const { scene, live, waiting } = await aLine(setup)
          const [first, second] = waiting
          if (isFree) await scene.worker.write(settled(live))
          if (first !== undefined) await depart(first, scene)
          if (!isFree) await scene.worker.write(settled(live))
          const claimed = await scene.worker.claimIds()
          deepEqual(
            claimed.filter((id) => id !== first?.id),
            [second?.id],
          )
        }
      },
    ]),
  ),

  'a call that waits is dialed at once when it moves to a number that is free': async (setup) => {
    const { scene, waiting } = await aLine(setup)
    const [, second] = waiting
    await scene.store.updateCallIfPending({ callId: second?.id ?? '', changes: { to: elsewhere } })
    deepEqual(await scene.worker.claimIds(), [second?.id])
  },

  'a call that waits is dialed at once when it is no longer exclusive': async (setup) => {
    const { scene, waiting } = await aLine(setup)
    const [, second] = waiting
    await scene.store.updateCallIfPending({ callId: second?.id ?? '', changes: { exclusive: false } })
    deepEqual(await scene.worker.claimIds(), [second?.id])
  },

  'a call that waits is canceled like any other, and expires like any other': async (setup) => {
    const { scene, live, waiting } = await aLine(setup)
    const { store, worker, clock } = scene
    const [first, second, third] = waiting.map(({ id }) => id)
    await store.updateCallIfPending({ callId: second ?? '', changes: { expiresAt: new Date(clock.now().getTime() + 1_000) } })
    deepEqual(await worker.claimIds(), [])
    await store.cancelCall({ callId: third ?? '' })
    clock.advance(1_000)
    const { expired } = await worker.claimingTurn({}, { expireDue: true, writes: [settled(live)] })
    deepEqual(
      expired.map(({ id }) => id),
      [second],
    )
    assertSame([...(await store.listCalls({ status: ['IN_PROGRESS'] })).items.map(({ id }) => id)], [first ?? ''])
  },

  'a sweep lets the next call try a free number, whatever holds back the first': async (setup) => {
    const { scene, live, waiting } = await aLine(setup)
    const { store, worker } = scene
    const [first, second] = waiting
    await store.updateCallIfPending({ callId: first?.id ?? '', changes: { scriptId: 'broken' } })
    deepEqual(await worker.claimIds(), [])
    await worker.turn({ writes: [settled(live)], gates: [refusedBy(live, { scope: 'script:sim:broken', retryAfterMs: 600_000 })] })
    await worker.claim()
    await store.sweep({ parkedForMs: 86_400_000 })
    await worker.claim()
    deepEqual((await worker.call(second?.id ?? '')).status, 'IN_PROGRESS')
  },
})

/** A live attempt, and three calls that were passed over because of it. The first belongs to the tenant `first`. */
async function aLine(setup: Setup): Promise<{ scene: Scene; live: ClaimedAttempt; waiting: readonly Call[] }> {
  const scene = await setup()
  const live = await scene.worker.dial({ to })
  const waiting = await scene.worker.enqueueAll([{ to, tenant: 'first' }, { to }, { to }])
  deepEqual(await scene.worker.claimIds(), [])
  return { scene, live, waiting }
}
