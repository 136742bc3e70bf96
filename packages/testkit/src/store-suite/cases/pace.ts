import { deepEqual, equal, ok } from 'node:assert/strict'
import { someCalls } from '../calls.ts'
import { storeCases } from '../store-case.ts'

/** Dials are spread over time where the platform asks for it. */
export const pace = storeCases('the pace of dials', {
  'one dial a second is one call each second': async (setup) => {
    const { store, worker, clock } = await setup()
    await store.insertCalls({ calls: someCalls(10) })
    await store.writeControl({ dialsPerSecond: 1 })
    clock.advance(60_000)
    for (let second = 0; second < 3; second += 1) {
      equal((await worker.claim()).length, 1)
      equal((await worker.claim()).length, 0)
      clock.advance(999)
      equal((await worker.claim()).length, 0)
      clock.advance(1)
    }
  },

  'a long rest earns a burst of no more than a twentieth of a second': async (setup) => {
    const { store, worker, clock } = await setup()
    await store.insertCalls({ calls: someCalls(20) })
    await store.writeControl({ dialsPerSecond: 100 })
    clock.advance(60_000)
    equal((await worker.claim()).length, 5)
    clock.advance(10)
    equal((await worker.claim()).length, 1)
  },

  'many small turns keep the pace': async (setup) => {
    const { store, worker, clock } = await setup({ configured: 1_000 })
    await store.insertCalls({ calls: someCalls(200) })
    await store.writeControl({ dialsPerSecond: 30 })
    clock.advance(60_000)
    let claimed = 0
    for (let turn = 0; turn < 100; turn += 1) {
      claimed += (await worker.claim()).length
      clock.advance(20)
    }
    ok(claimed >= 58 && claimed <= 62, `${claimed} calls were claimed in two seconds at thirty a second.`)
  },

  'turns that find nothing to dial spend no pace': async (setup) => {
    const { store, worker, clock } = await setup()
    await store.writeControl({ dialsPerSecond: 1 })
    clock.advance(60_000)
    deepEqual(await worker.claimIds(), [])
    await worker.enqueue()
    equal((await worker.claim()).length, 1)
  },

  'without a pace only the cap counts': async (setup) => {
    const { store, worker, clock } = await setup()
    await store.writeControl({ dialsPerSecond: 1 })
    clock.advance(60_000)
    await store.insertCalls({ calls: someCalls(10) })
    await store.writeControl({ dialsPerSecond: null })
    equal((await worker.claim()).length, 10)
  },
})
