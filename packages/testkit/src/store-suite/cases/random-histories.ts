import { equal } from 'node:assert/strict'
import { callStatuses } from '@ebra/core'
import fc from 'fast-check'
import { histories } from '../model/history-steps.ts'
import { ReferenceModel } from '../model/reference-model.ts'
import type { Scene } from '../scene.ts'
import { storeCases } from '../store-case.ts'

const capacity = 3

/** The whole store against a model of a hundred lines. */
export const randomHistories = storeCases('random histories', {
  'whatever hosts, processes and time do to it, a store does what the reference model does': async (setup) => {
    const property = fc.asyncProperty(histories(80), async (steps) => {
      const scene = await setup({ configured: capacity })
      const model = new ReferenceModel(capacity, scene.clock.now())
      try {
        await fc.asyncModelRun(() => ({ model, real: scene }), steps)
        await assertCountsAgree(model, scene)
      } finally {
        await scene.end()
      }
    })
    await fc.assert(property, { numRuns: 25 })
  },
})

async function assertCountsAgree(model: ReferenceModel, { store }: Scene): Promise<void> {
  const { calls } = await store.readMetrics()
  for (const status of callStatuses) {
    const count = model.calls.filter((call) => call.status === status).length
    equal(calls[status], count, status)
    equal((await store.listCalls({ status: [status] })).total, count, status)
  }
}
