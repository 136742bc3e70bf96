import { equal } from 'node:assert/strict'
import { callStatuses } from '@ebra/core'
import fc from 'fast-check'
import { type History, historiesOfGates, historiesOfNumbers } from '../model/histories.ts'
import { ReferenceModel } from '../model/reference-model.ts'
import type { Scene } from '../scene.ts'
import { storeCases, storeCasesNeeding } from '../store-case.ts'

/** The whole store against a model that is short enough to be believed. */
export const randomHistories = storeCases('random histories', {
  'whatever happens to calls and the numbers that they wait for, a store does what the reference model does': (setup) =>
    assertFollowsModel(historiesOfNumbers(80), 16, () => setup({ configured: capacity })),

  'whatever happens to calls and the gates above them, a store does what the reference model does': (setup) =>
    assertFollowsModel(historiesOfGates(80), 16, () => setup({ configured: capacity })),
})

/** The same, with every step in another process than the one before. */
export const fleetHistories = storeCasesNeeding('other-processes', 'random histories of a fleet', {
  'what one process does to calls and numbers, two that take turns do too': (setup) =>
    assertFollowsModel(historiesOfNumbers(80), 6, async () => takingTurns(await setup({ configured: capacity }))),

  'what one process does to calls and gates, two that take turns do too': (setup) =>
    assertFollowsModel(historiesOfGates(80), 6, async () => takingTurns(await setup({ configured: capacity }))),
})

const capacity = 3

async function assertFollowsModel(histories: fc.Arbitrary<History>, numRuns: number, arrange: () => Promise<Scene>): Promise<void> {
  const property = fc.asyncProperty(histories, async (steps) => {
    const scene = await arrange()
    const model = new ReferenceModel(capacity, scene.clock.now())
    try {
      await fc.asyncModelRun(() => ({ model, real: scene }), steps)
      await assertCountsAgree(model, scene)
    } finally {
      await scene.end()
    }
  })
  await fc.assert(property, { numRuns })
}

/** A scene whose worker and store are those of one process, then of the other, each time that somebody asks for them. */
async function takingTurns(scene: Scene): Promise<Scene> {
  const [one, other] = [scene.worker, await scene.anotherWorker()]
  let current = one
  const next = () => {
    current = current === one ? other : one
    return current
  }
  return Object.defineProperties({ ...scene }, { worker: { get: next }, store: { get: () => next().store } })
}

async function assertCountsAgree(model: ReferenceModel, { store }: Scene): Promise<void> {
  const { calls } = await store.readMetrics()
  for (const status of callStatuses) {
    const count = model.calls.filter((call) => call.status === status).length
    equal(calls[status], count, status)
    equal((await store.listCalls({ status: [status] })).total, count, status)
  }
}
