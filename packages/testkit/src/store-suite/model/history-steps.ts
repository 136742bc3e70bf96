import { deepEqual, equal } from 'node:assert/strict'
import type { CallStatus } from '@ebra/core'
import fc from 'fast-check'
import { aCall } from '../calls.ts'
import { assertSame } from '../expectations.ts'
import type { Scene } from '../scene.ts'
import { putBack, retried, revived, settled } from '../writes.ts'
import type { ModelCall, ReferenceModel } from './reference-model.ts'
import { attemptIdOf } from './reference-model.ts'

type Step = fc.AsyncCommand<ReferenceModel, Scene>

const numbers = fc.constantFrom('+12025550101', '+12025550102', '+12025550103')
const priorities = fc.constantFrom(-1, 0, 1)
const spans = fc.constantFrom(0, 0, 500, 1_000, 5_000)
const picks = fc.nat({ max: 50 })

/** Histories of a store: what hosts, processes and time do to it, step by step. After each the store must agree with the model. */
export function histories(maxCommands: number): fc.Arbitrary<Iterable<Step>> {
  const often = [inserts, claims, claims, updates]
  return fc.commands([...often, ...often, settles, retries, putBacks, revives, cancels, timePasses], { maxCommands, size: 'max' })
}

const newCalls = fc.record({ to: numbers, priority: priorities, exclusive: fc.boolean(), delayMs: spans, lifeMs: fc.option(spans) })

const inserts = fc.array(newCalls, { minLength: 1, maxLength: 4 }).map((wanted) =>
  step(`insert ${JSON.stringify(wanted)}`, {
    can: ({ calls }) => calls.length <= 96,
    async run(model, { store }) {
      const calls = wanted.map(({ delayMs, lifeMs, ...rest }) => {
        const scheduledAt = delayMs === 0 ? null : new Date(model.nowMs + delayMs)
        const expiresAt = lifeMs === null ? null : new Date(model.nowMs + delayMs + lifeMs)
        return aCall({ ...rest, scheduledAt, expiresAt })
      })
      await store.insertCalls({ calls })
      for (const call of calls) model.insert(call)
    },
  }),
)

const claims = fc.constantFrom(1, 2, 10).map((limit) =>
  step(`claim ${limit}`, {
    can: () => true,
    async run(model, { worker }) {
      const { claimed, expired } = await worker.claimingTurn({ limit }, { expireDue: true })
      assertSame(
        expired.map(({ id }) => id),
        model.expire(),
      )
      assertSame(
        claimed.map(({ attempt }) => attempt.attemptId),
        model.claim(limit),
      )
    },
  }),
)

const settles = fc.record({ pick: picks, status: fc.constantFrom('COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED') }).map(({ pick, status }) =>
  stepOver(`settle live attempt ${pick} as ${status}`, 'live', pick, async (call, model, { worker }) => {
    await worker.write(settled(await worker.attempt(attemptIdOf(call)), 'lost', status))
    model.settle(call, status)
  }),
)

const retries = fc.record({ pick: picks, dueInMs: spans }).map(({ pick, dueInMs }) =>
  stepOver(`retry live attempt ${pick} in ${dueInMs}`, 'live', pick, async (call, model, { worker }) => {
    await worker.write(retried(await worker.attempt(attemptIdOf(call)), dueInMs))
    model.retry(call, dueInMs)
  }),
)

const putBacks = fc.record({ pick: picks, dueInMs: spans }).map(({ pick, dueInMs }) =>
  stepOver(`put back live attempt ${pick} in ${dueInMs}`, 'live', pick, async (call, model, { worker }) => {
    await worker.write(putBack(await worker.attempt(attemptIdOf(call)), dueInMs))
    model.putBack(call, dueInMs)
  }),
)

const revives = picks.map((pick) =>
  stepOver(`revive attempt ${pick}`, 'givenUp', pick, async (call, model, { worker }) => {
    const located = await worker.attempt(attemptIdOf(call))
    await worker.write(revived(located))
    model.revive(call, located.attempt.to)
  }),
)

const cancels = picks.map((pick) =>
  stepOver(`cancel call ${pick}`, 'calls', pick, async (call, model, { store }) => {
    const canceled = await store.cancelCall({ callId: call.id })
    equal(canceled?.kind, cancelKinds[call.status])
    model.cancel(call)
  }),
)

const updates = fc
  .record({ to: numbers, priority: priorities, exclusive: fc.boolean(), delayMs: fc.option(spans) }, { requiredKeys: [] })
  .chain((changes) => picks.map((pick) => ({ pick, changes })))
  .map(({ pick, changes: { delayMs, ...changes } }) =>
    stepOver(`update call ${pick}: ${JSON.stringify({ ...changes, delayMs })}`, 'calls', pick, async (call, model, { store }) => {
      const scheduledAt =
        typeof delayMs === 'number' ? { scheduledAt: new Date(model.nowMs + delayMs) } : delayMs === null ? { scheduledAt: null } : {}
      const { kind } = await store.updateCallIfPending({ callId: call.id, changes: { ...changes, ...scheduledAt } })
      if (call.status !== 'PENDING') equal(kind, 'not-pending')
      if (kind === 'updated') model.update(call, { ...changes, ...scheduledAt })
    }),
  )

const timePasses = fc.constantFrom(1, 500, 1_000, 5_000).map((ms) =>
  step(`${ms} ms pass`, {
    can: () => true,
    async run(model, { clock }) {
      clock.advance(ms)
      model.nowMs += ms
    },
  }),
)

const cancelKinds = {
  PENDING: 'canceled',
  IN_PROGRESS: 'requested',
  COMPLETED: 'already-ended',
  FAILED: 'already-ended',
  EXPIRED: 'already-ended',
  CANCELED: 'already-ended',
} as const satisfies Record<CallStatus, string>

function step(name: string, { can, run }: { can: (model: ReferenceModel) => boolean; run: Step['run'] }): Step {
  return {
    check: can,
    async run(model, scene) {
      await run(model, scene)
      await assertAgreement(model, scene)
    },
    toString: () => name,
  }
}

type Choice = 'live' | 'givenUp' | 'calls'

function stepOver(
  name: string,
  choice: Choice,
  pick: number,
  run: (call: ModelCall, model: ReferenceModel, scene: Scene) => Promise<void>,
): Step {
  return step(name, {
    can: (model) => choicesOf(model, choice).length > 0,
    async run(model, scene) {
      const choices = choicesOf(model, choice)
      const call = choices[pick % choices.length]
      if (call !== undefined) await run(call, model, scene)
    },
  })
}

function choicesOf(model: ReferenceModel, choice: Choice): readonly ModelCall[] {
  return choice === 'calls' ? model.calls : model[choice]()
}

async function assertAgreement(model: ReferenceModel, { store }: Scene): Promise<void> {
  const { items } = await store.listCalls({ pageSize: 100 })
  deepEqual(
    items.map(({ id, to, status, attempts, nextAttemptAt, endedAt }) => ({
      id,
      to,
      status,
      attempts,
      dueAtMs: nextAttemptAt?.getTime() ?? null,
      endedAtMs: endedAt?.getTime() ?? null,
    })),
    model.calls.map(({ id, to, status, attempts, dueAtMs, endedAtMs }) => ({ id, to, status, attempts, dueAtMs, endedAtMs })).toReversed(),
  )
  equal((await store.readMetrics()).live, model.live().length)
}
