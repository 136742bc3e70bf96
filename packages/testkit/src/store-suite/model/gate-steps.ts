import { deepEqual, equal } from 'node:assert/strict'
import fc from 'fast-check'
import { acceptedBy, refusedBy } from '../gate-reports.ts'
import type { Scene } from '../scene.ts'
import { accepted, putBack } from '../writes.ts'
import { picks } from './call-steps.ts'
import type { DialedCall, ReferenceModel } from './reference-model.ts'
import { step, stepOver } from './step.ts'

const scopes = fc.constantFrom('provider:sim', 'script:sim:one', 'script:sim:two')
const waits = fc.constantFrom(500, 1_000, 5_000)

/** The platform takes a dial. */
export const accepts = picks.map((pick) =>
  stepOver(`accept dial ${pick}`, placingCall, pick, async (call, model, scene) => {
    const located = await scene.worker.attempt(call.dial.attemptId)
    await scene.worker.write(accepted(located), [acceptedBy(located)])
    model.accept(call)
    await assertGatesAgree(model, scene)
  }),
)

/** The platform refuses a dial, and says for how long it will refuse more. */
export const refusals = fc.record({ pick: picks, isScript: fc.boolean(), retryAfterMs: waits }).map(({ pick, isScript, retryAfterMs }) =>
  stepOver(`refuse ${isScript ? 'the script of ' : ''}dial ${pick} for ${retryAfterMs}`, placingCall, pick, async (call, model, scene) => {
    const scope = call.dial.scopes[isScript ? 1 : 0] ?? ''
    if (!model.gates.canRefuse(scope, call.dial, model.nowMs)) return
    const located = await scene.worker.attempt(call.dial.attemptId)
    await scene.worker.write(putBack(located), [refusedBy(located, { scope, retryAfterMs })])
    model.putBack(call, 0)
    model.gates.refuse(scope, model.nowMs + retryAfterMs, model.nowMs)
    await assertGatesAgree(model, scene)
  }),
)

/** An operator releases a gate, closed or not. */
export const releases = scopes.map((scope) =>
  step(`release ${scope}`, async (model, scene) => {
    const { released } = await scene.store.writeControl({ releaseGate: scope })
    equal(released, model.gates.release(scope))
    await assertGatesAgree(model, scene)
  }),
)

/** An operator pauses the fleet, or lets it go on. */
export const stops = fc.boolean().map((paused) =>
  step(paused ? 'pause' : 'resume', async (model, { store }) => {
    await store.writeControl({ paused })
    model.gates.isPaused = paused
  }),
)

function placingCall(model: ReferenceModel): readonly DialedCall[] {
  return model.live().filter(({ dial }) => dial.isPlacing)
}

async function assertGatesAgree(model: ReferenceModel, { store }: Pick<Scene, 'store'>): Promise<void> {
  const { gates } = await store.readControl()
  const found = gates.filter(({ reason }) => reason !== 'paused').map(({ scope, opensInMs }) => `${scope} opens in ${opensInMs}`)
  const expected = model.gates.closed().map(([scope, notBeforeMs]) => `${scope} opens in ${Math.max(0, notBeforeMs - model.nowMs)}`)
  deepEqual(found.toSorted(), expected.toSorted())
}
