import { equal } from 'node:assert/strict'
import { someCalls } from '../calls.ts'
import type { Setup } from '../scene.ts'
import { storeCases } from '../store-case.ts'
import { Worker } from '../worker.ts'
import { settled } from '../writes.ts'

const fair = { beyondShare: false } as const

/** While several processes want more than there is, each has its share of the cap. */
export const sharing = storeCases('the shares of processes', {
  'a process alone may have the whole cap': async (setup) => {
    const { first } = await twoProcesses(setup)
    equal((await first.claim(fair)).length, 6)
    const { claimed, leftToOthers } = await first.claimingTurn(fair)
    equal(claimed.length, 0)
    equal(leftToOthers, false)
  },

  'one that finds the cap full gets its share as slots come free': async (setup) => {
    const { first, second } = await twoProcesses(setup)
    const live = await first.claim(fair)
    equal((await second.claim(fair)).length, 0)
    const { claimed, leftToOthers, nextDueInMs } = await first.claimingTurn(fair, { writes: live.slice(0, 4).map((each) => settled(each)) })
    equal(claimed.length, 1)
    equal(leftToOthers, true)
    equal(nextDueInMs, null)
    equal((await second.claim(fair)).length, 3)
  },

  'what ended is replaced by the process that dialed it, whoever writes the end': async (setup) => {
    const { first, second } = await twoProcesses(setup)
    const live = await first.claim({ ...fair, limit: 3 })
    equal((await second.claim(fair)).length, 3)
    equal((await first.claim(fair)).length, 0)
    const { claimed } = await second.claimingTurn(fair, { writes: live.slice(0, 2).map((each) => settled(each)) })
    equal(claimed.length, 0)
    equal((await first.claim(fair)).length, 2)
  },

  'what others were left, and did not take, can be had beyond the share': async (setup) => {
    const { first, second } = await twoProcesses(setup)
    const live = await first.claim(fair)
    await second.claim(fair)
    equal((await first.claimingTurn(fair, { writes: live.slice(0, 4).map((each) => settled(each)) })).claimed.length, 1)
    const { claimed, leftToOthers } = await first.claimingTurn({ beyondShare: true })
    equal(claimed.length, 3)
    equal(leftToOthers, false)
  },

  'nothing is left to a process for which nothing was due': async (setup) => {
    const { first, second } = await twoProcesses(setup, { calls: 6 })
    const live = await first.claim(fair)
    equal((await second.claim(fair)).length, 0)
    await first.enqueueAll(Array.from({ length: 6 }, () => ({})))
    equal((await first.claimingTurn(fair, { writes: live.map((each) => settled(each)) })).claimed.length, 6)
  },

  'nothing is left to a process that has not found the cap full for two seconds': async (setup) => {
    const { first, second, clock } = await twoProcesses(setup)
    const live = await first.claim(fair)
    equal((await second.claim(fair)).length, 0)
    clock.advance(2_001)
    equal((await first.claimingTurn(fair, { writes: live.map((each) => settled(each)) })).claimed.length, 6)
  },

  'a share is rounded up, so that every slot is in one': async (setup) => {
    const { first, second } = await twoProcesses(setup, { configured: 7 })
    const live = await first.claim(fair)
    equal((await second.claim(fair)).length, 0)
    equal((await first.claimingTurn(fair, { writes: live.map((each) => settled(each)) })).claimed.length, 4)
    equal((await second.claim(fair)).length, 3)
  },

  'a process whose own limit holds it back is left no more for it': async (setup) => {
    const { first, second } = await twoProcesses(setup)
    equal((await second.claim({ ...fair, limit: 2 })).length, 2)
    equal((await second.claim({ ...fair, limit: 0 })).length, 0)
    equal((await first.claim(fair)).length, 4)
  },
})

/** Two processes before a queue of due calls, 20 unless told otherwise, and a cap of 6. */
async function twoProcesses(setup: Setup, { calls = 20, configured = 6 } = {}) {
  const { store, worker: first, clock } = await setup({ configured })
  await store.insertCalls({ calls: someCalls(calls) })
  return { first, second: new Worker(store, 'another-process'), clock }
}
