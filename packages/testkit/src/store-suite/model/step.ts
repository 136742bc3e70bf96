import { deepEqual, equal } from 'node:assert/strict'
import type fc from 'fast-check'
import type { Scene } from '../scene.ts'
import type { DialedCall, ModelCall, ReferenceModel } from './reference-model.ts'

/** One thing that happens to a store and its model alike. */
export type Step = fc.AsyncCommand<ReferenceModel, Scene>

/** A step that is taken wherever it makes sense. Afterwards the store must agree with the model. */
export function step(name: string, run: Step['run'], makesSense: (model: ReferenceModel) => boolean = () => true): Step {
  return {
    check: makesSense,
    async run(model, scene) {
      await run(model, scene)
      await assertAgreement(model, scene)
    },
    toString: () => name,
  }
}

/** A step over one of the calls that `choose` leaves, taken where it leaves any. */
export function stepOver<TCall extends ModelCall>(
  name: string,
  choose: (model: ReferenceModel) => readonly TCall[],
  pick: number,
  run: (call: TCall, model: ReferenceModel, scene: Scene) => Promise<void>,
): Step {
  const runOver: Step['run'] = async (model, scene) => {
    const choices = choose(model)
    const call = choices[pick % choices.length]
    if (call !== undefined) await run(call, model, scene)
  }
  return step(name, runOver, (model) => choose(model).length > 0)
}

/** Every call. */
export function anyCall({ calls }: ReferenceModel): readonly ModelCall[] {
  return calls
}

/** Calls whose last attempt holds a slot. */
export function liveCall(model: ReferenceModel): readonly DialedCall[] {
  return model.live()
}

async function assertAgreement(model: ReferenceModel, { store }: Scene): Promise<void> {
  const { items } = await store.listCalls({ pageSize: 100 })
  deepEqual(
    items.map(({ id, to, status, attempts, nextAttemptAt, endedAt, cancelRequestedAt }) => {
      const times = { dueAtMs: nextAttemptAt?.getTime() ?? null, endedAtMs: endedAt?.getTime() ?? null }
      return { id, to, status, attempts, ...times, isCancelRequested: cancelRequestedAt !== null }
    }),
    model.calls
      .map(({ id, to, status, attempts, dueAtMs, endedAtMs, isCancelRequested }) => {
        return { id, to, status, attempts, dueAtMs, endedAtMs, isCancelRequested }
      })
      .toReversed(),
  )
  equal((await store.readMetrics()).live, model.live().length)
}
