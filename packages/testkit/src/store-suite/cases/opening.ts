import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { withinSeconds } from '../expectations.ts'
import { storeCases, storeCasesNeeding } from '../store-case.ts'
import { settled } from '../writes.ts'

/** What an open store answers before any call is made. */
export const opening = storeCases('an open store', {
  'a store answers a ping': async (setup) => {
    const { store } = await setup()
    equal(await store.ping(), undefined)
  },

  'a store can make exact claims': async (setup) => {
    const { store } = await setup()
    equal(await store.verifyClaims(), undefined)
  },

  'the installation has one key of thirty-two bytes, for good': async (setup) => {
    const { store } = await setup()
    const key = await store.installationKey()
    equal(key.byteLength, 32)
    deepEqual([...(await store.installationKey())], [...key])
  },

  'each installation has a key of its own': async (setup) => {
    const [one, other] = [await setup(), await setup()]
    notDeepEqual([...(await one.store.installationKey())], [...(await other.store.installationKey())])
  },
})

/** Several processes share one database from the first moment. */
export const openingInAFleet = storeCasesNeeding('other-processes', 'a store that several processes open', {
  'another process finds the schema as it is, and all that was written': async (setup) => {
    const { store, worker, anotherWorker } = await setup()
    const { call, attempt } = await worker.dial({ metadata: { customerId: 7 } })
    await store.writeControl({ override: 7 })
    const other = await anotherWorker()
    deepEqual(await other.call(call.id), await worker.call(call.id))
    deepEqual(await other.attempt(attempt.attemptId), await worker.attempt(attempt.attemptId))
    deepEqual(await other.store.readControl(), await store.readControl())
    deepEqual(await other.store.readMetrics(), await store.readMetrics())
  },

  'many processes may open it at once': async (setup) => {
    const { store, anotherWorker } = await setup()
    const others = await Promise.all(Array.from({ length: 6 }, anotherWorker))
    for (const other of others) await other.enqueue()
    equal((await store.listCalls({})).total, 6)
  },

  'the installation has one key for all processes': async (setup) => {
    const { store, anotherWorker } = await setup()
    const other = await anotherWorker()
    deepEqual([...(await other.store.installationKey())], [...(await store.installationKey())])
  },

  'one process goes on when another closes its store': async (setup) => {
    const { worker, anotherWorker } = await setup()
    const other = await anotherWorker()
    await other.store.close()
    await worker.dial()
  },
})

/** A process hears of work that others made. */
export const waking = storeCasesNeeding('other-processes', 'hints from other processes', {
  'an insert wakes the others': async (setup) => {
    const { worker, anotherWorker } = await setup()
    const other = await anotherWorker()
    const woken = nextWake(other.store)
    await worker.enqueue()
    await withinSeconds(woken, 'A hint')
  },

  'a slot that is freed wakes the others': async (setup) => {
    const { worker, anotherWorker } = await setup()
    const claimed = await worker.dial()
    const other = await anotherWorker()
    const woken = nextWake(other.store)
    await worker.write(settled(claimed))
    await withinSeconds(woken, 'A hint')
  },

  'a change of the cap wakes the others': async (setup) => {
    const { store, anotherWorker } = await setup()
    const other = await anotherWorker()
    const woken = nextWake(other.store)
    await store.writeControl({ override: 50 })
    await withinSeconds(woken, 'A hint')
  },

  'a listener that was stopped hears nothing more': async (setup) => {
    const { worker, anotherWorker } = await setup()
    const other = await anotherWorker()
    let heard = 0
    const stop = other.store.onWake(() => {
      heard += 1
    })
    stop()
    const woken = nextWake(other.store)
    await worker.enqueue()
    await withinSeconds(woken, 'A hint')
    equal(heard, 0)
  },
})

function nextWake(store: { onWake(listener: () => void): () => void }): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.onWake(() => {
      stop()
      resolve()
    })
  })
}
