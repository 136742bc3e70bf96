import { equal } from 'node:assert/strict'
import { callStatuses } from '@ebra/core'
import fc from 'fast-check'
import { type History, historiesOfGates, historiesOfNumbers } from '../model/histories.ts'
import { ReferenceModel } from '../model/reference-model.ts'
import type { Scene, Setup } from '../scene.ts'
import { storeCases } from '../store-case.ts'

/** The whole store against a model that is short enough to be believed. */
export const randomHistories = storeCases('random histories', {
  'whatever happens to calls and the numbers that they wait for, a store does what the reference model does': (setup) =>
    assertFollowsModel(setup, historiesOfNumbers(80)),

  'whatever happens to calls and the gates above them, a store does what the reference model does': (setup) =>
    assertFollowsModel(setup, historiesOfGates(80)),
})

const capacity = 3

async function assertFollowsModel(setup: Setup, histories: fc.Arbitrary<History>): Promise<void> {
  const property = fc.asyncProperty(histories, async (steps) => {
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
}

async function assertCountsAgree(model: ReferenceModel, { store }: Scene): Promise<void> {
  const { calls } = await store.readMetrics()
  for (const status of callStatuses) {
    const count = model.calls.filter((call) => call.status === status).length
    equal(calls[status], count, status)
    equal((await store.listCalls({ status: [status] })).total, count, status)
  }
}
