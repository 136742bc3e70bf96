import { deepEqual, equal, fail } from 'node:assert/strict'
import type { InsertResult, NewCall } from '@ebra/core'
import { aCall, key } from '../calls.ts'
import type { Scene } from '../scene.ts'
import { storeCasesNeeding } from '../store-case.ts'

/** A call exists if and only if the host's own rows do. */
export const hostTransactions = storeCasesNeeding('host-transactions', "inserting within a host's own transaction", {
  'a call exists once the host has committed': async (setup) => {
    const scene = await setup()
    const call = aCall({ metadata: { customerId: 7 } })
    const [result] = await insertWithin(scene, [call], 'commit')
    deepEqual(result, { kind: 'inserted', call: await scene.worker.call(call.id) })
    deepEqual(await scene.worker.claimIds(), [call.id])
  },

  'a call never existed when the host has rolled back': async (setup) => {
    const scene = await setup()
    const call = aCall({ idempotency: key('k') })
    await insertWithin(scene, [call], 'rollback')
    equal(await scene.store.findCall({ callId: call.id }), null)
    equal((await scene.store.readMetrics()).calls.PENDING, 0)
    equal((await scene.store.listCalls({})).total, 0)
    await scene.worker.enqueue({ idempotency: key('k', 'other input') })
  },

  'keys are replayed there like anywhere': async (setup) => {
    const scene = await setup()
    const original = await scene.worker.enqueue({ idempotency: key('k') })
    const results = await insertWithin(scene, [aCall({ idempotency: key('k') }), aCall()], 'commit')
    deepEqual(
      results.map(({ kind }) => kind),
      ['replayed', 'inserted'],
    )
    const [reused] = await insertWithin(scene, [aCall({ idempotency: key('k', 'other input') })], 'commit')
    deepEqual(reused, { kind: 'key-reused', callId: original.id })
  },
})

function insertWithin({ underTest }: Scene, calls: readonly NewCall[], ending: 'commit' | 'rollback'): Promise<readonly InsertResult[]> {
  return underTest.insertWithin?.(calls, ending) ?? fail("This store has no host transactions: name 'host-transactions' in `lacks`.")
}
