import { deepEqual, equal } from 'node:assert/strict'
import type { AttemptWrite, LocatedAttempt } from '@ebra/core'
import { someCalls } from '../calls.ts'
import { storeCases, storeCasesNeeding } from '../store-case.ts'
import type { Worker } from '../worker.ts'
import { accepted, held, putBack, retried, settled, unconfirmed } from '../writes.ts'

const liveWrites: Readonly<Record<string, ((located: LocatedAttempt) => AttemptWrite) | null>> = {
  PLACING: null,
  LIVE: accepted,
  UNCONFIRMED: unconfirmed,
  HELD: held,
}

const endings: readonly ((located: LocatedAttempt) => AttemptWrite)[] = [settled, putBack, (located) => retried(located, 60_000)]

/** Live attempts stay within the cap, whoever claims. */
export const capacity = storeCases('the cap', {
  'nothing is claimed before any process configured a cap': async (setup) => {
    const { worker } = await setup({ configured: null })
    await worker.enqueue()
    deepEqual(await worker.claimIds(), [])
  },

  'live attempts never exceed the cap': async (setup) => {
    const { worker } = await setup({ configured: 3 })
    await worker.store.insertCalls({ calls: someCalls(5) })
    equal((await worker.claim()).length, 3)
    equal((await worker.claim()).length, 0)
  },

  'an attempt holds its slot in every status but ENDED': async (setup) => {
    const { store, worker } = await setup({ configured: 1 })
    for (const [status, write] of Object.entries(liveWrites)) {
      const claimed = await worker.dial()
      const located = write === null ? claimed : await worker.write(write(claimed))
      equal(located.attempt.status, status)
      const waiting = await worker.enqueue()
      deepEqual(await worker.claimIds(), [], status)
      await store.cancelCall({ callId: waiting.id })
      await worker.write(settled(located))
    }
  },

  'a slot is free once its attempt ended, however it ended': async (setup) => {
    const { worker } = await setup({ configured: 1 })
    for (const ending of endings) {
      const claimed = await worker.dial()
      const { id } = await worker.enqueue({ priority: 1 })
      await worker.write(ending(claimed))
      const next = await worker.claimOne()
      equal(next.call.id, id)
      await worker.write(settled(next))
      await worker.store.cancelCall({ callId: claimed.call.id })
    }
  },

  "the operator's cap wins over the configured one, until it is taken back": async (setup) => {
    const { store, worker } = await setup({ configured: 2 })
    await store.insertCalls({ calls: someCalls(10) })
    await store.writeControl({ override: 5 })
    equal((await worker.claim()).length, 5)
    await store.writeControl({ configured: 9 })
    equal((await worker.claim()).length, 0)
    await store.writeControl({ override: null })
    equal((await worker.claim()).length, 4)
  },

  'a cap of nothing claims nothing': async (setup) => {
    const { store, worker } = await setup({ configured: 2 })
    await store.writeControl({ override: 0 })
    await worker.enqueue()
    deepEqual(await worker.claimIds(), [])
  },

  'a cap that was lowered claims nothing until live calls have ended': async (setup) => {
    const { store, worker } = await setup({ configured: 3 })
    await store.insertCalls({ calls: someCalls(5) })
    const [one, two, three] = await worker.claim()
    await store.writeControl({ override: 2 })
    for (const live of [one, two]) {
      deepEqual(await worker.claimIds(), [])
      if (live !== undefined) await worker.write(settled(live))
    }
    equal((await worker.claim()).length, 1)
    equal(three?.call.status, 'IN_PROGRESS')
  },

  'turns that race never exceed the cap, nor claim a call twice': async (setup) => {
    const { worker } = await setup({ configured: 3 })
    await raceForSlots([worker])
  },
})

/** The same cap, fought over by several processes. */
export const fleetCapacity = storeCasesNeeding('other-processes', 'the cap of a fleet', {
  'processes that race never exceed the cap, nor claim a call twice': async (setup) => {
    const { worker, anotherWorker } = await setup({ configured: 3 })
    await raceForSlots([worker, await anotherWorker(), await anotherWorker()])
  },

  'a cap that one process writes holds for the others': async (setup) => {
    const { store, worker, anotherWorker } = await setup({ configured: 3 })
    const other = await anotherWorker()
    await store.insertCalls({ calls: someCalls(5) })
    await store.writeControl({ override: 1 })
    equal((await other.claim()).length, 1)
    equal((await worker.claim()).length, 0)
  },
})

/** Rounds in which eight turns race for three slots; each also frees what it claimed in the round before. */
async function raceForSlots(workers: readonly Worker[]): Promise<void> {
  const store = workers[0]?.store
  await store?.insertCalls({ calls: someCalls(120) })
  const claimedIds: string[] = []
  let live: readonly LocatedAttempt[] = []
  for (let round = 0; round < 25; round += 1) {
    const writes = live.map((each) => settled(each))
    const turns = Array.from({ length: 8 }, (_, index) => {
      const mine = writes.filter((_write, position) => position % 8 === index)
      const worker = workers[index % workers.length]
      return worker?.claimingTurn({ limit: 2 }, { writes: mine })
    })
    live = (await Promise.all(turns)).flatMap((result) => result?.claimed ?? [])
    claimedIds.push(...live.map(({ attempt }) => attempt.attemptId))
    const metrics = await store?.readMetrics()
    equal(metrics?.live, live.length)
    equal(live.length <= 3, true, `${live.length} live attempts exceed a cap of 3.`)
  }
  equal(new Set(claimedIds).size, claimedIds.length)
}
