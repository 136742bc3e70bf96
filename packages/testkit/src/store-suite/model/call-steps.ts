import { equal, fail, ok } from 'node:assert/strict'
import type { CallStatus } from '@ebra/core'
import fc from 'fast-check'
import { aCall } from '../calls.ts'
import { assertSame } from '../expectations.ts'
import type { Worker } from '../worker.ts'
import { putBack, retried, revived, settled } from '../writes.ts'
import { anyCall, liveCall, type Step, step, stepOver } from './step.ts'

const priorities = fc.constantFrom(-1, 0, 1)
const scripts = fc.constantFrom('one', 'two')

/** Which of the choices that a step has. */
export const picks = fc.nat({ max: 50 })

/** Short times, in milliseconds. */
const spans = fc.constantFrom(0, 0, 500, 1_000, 5_000)

/** New calls, a few at once, to these numbers. */
export function inserts(numbers: fc.Arbitrary<string>): fc.Arbitrary<Step> {
  const call = fc.record({
    to: numbers,
    scriptId: scripts,
    priority: priorities,
    exclusive: fc.boolean(),
    delayMs: spans,
    lifeMs: fc.option(spans),
  })
  return fc.array(call, { minLength: 1, maxLength: 4 }).map((wanted) => {
    const insert: Step['run'] = async (model, { store }) => {
      const calls = wanted.map(({ delayMs, lifeMs, ...rest }) => {
        const scheduledAt = delayMs === 0 ? null : new Date(model.nowMs + delayMs)
        const expiresAt = lifeMs === null ? null : new Date(model.nowMs + delayMs + lifeMs)
        return aCall({ ...rest, scheduledAt, expiresAt })
      })
      await store.insertCalls({ calls })
      for (const each of calls) model.insert(each)
    }
    // One page of a list shows all calls of a history.
    return step(`insert ${JSON.stringify(wanted)}`, insert, ({ calls }) => calls.length <= 96)
  })
}

/** Turns that expire and claim. They must claim what the model claims, and neither sleep through the next chance nor spin. */
export const claims: fc.Arbitrary<Step> = fc.constantFrom(1, 2, 10).map((limit) =>
  step(`claim ${limit}`, async (model, { worker }) => {
    const { claimedIds, expiredIds, nextDueInMs } = await claimUntilIdle(worker, limit)
    assertSame(expiredIds, model.expire())
    assertSame(claimedIds, model.claim(limit))
    ok((nextDueInMs ?? Infinity) <= (model.nextDueInMs() ?? Infinity), `A turn is due in ${model.nextDueInMs()} ms, not in ${nextDueInMs}.`)
  }),
)

/** A turn may stop short of its limit to bound its work, if it asks for another at once. */
async function claimUntilIdle(worker: Worker, limit: number) {
  const claimedIds: string[] = []
  const expiredIds: string[] = []
  for (let turn = 0; turn < 10; turn += 1) {
    const { claimed, expired, nextDueInMs } = await worker.claimingTurn({ limit: limit - claimedIds.length }, { expireDue: true })
    claimedIds.push(...claimed.map(({ attempt }) => attempt.attemptId))
    expiredIds.push(...expired.map(({ id }) => id))
    if (nextDueInMs !== 0 || claimedIds.length === limit) return { claimedIds, expiredIds, nextDueInMs }
  }
  return fail('Ten turns in a row asked for another at once, and claimed little or nothing.')
}

/** An attempt ends, and its call with it. */
export const settles = fc
  .record({ pick: picks, status: fc.constantFrom('COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED') })
  .map(({ pick, status }) =>
    stepOver(`settle live attempt ${pick} as ${status}`, liveCall, pick, async (call, model, { worker }) => {
      await worker.write(settled(await worker.attempt(call.dial.attemptId), 'lost', status))
      model.settle(call, status)
    }),
  )

/** An attempt ends, and its call is due again. */
export const retries = fc.record({ pick: picks, dueInMs: spans }).map(({ pick, dueInMs }) =>
  stepOver(`retry live attempt ${pick} in ${dueInMs}`, liveCall, pick, async (call, model, { worker }) => {
    await worker.write(retried(await worker.attempt(call.dial.attemptId), dueInMs))
    model.retry(call, dueInMs)
  }),
)

/** An attempt reached no phone, and its call is due again. */
export const putBacks = fc.record({ pick: picks, dueInMs: spans }).map(({ pick, dueInMs }) =>
  stepOver(`put back live attempt ${pick} in ${dueInMs}`, liveCall, pick, async (call, model, { worker }) => {
    await worker.write(putBack(await worker.attempt(call.dial.attemptId), dueInMs))
    model.putBack(call, dueInMs)
  }),
)

/** An attempt that was given up is alive after all. */
export const revives = picks.map((pick) =>
  stepOver(
    `revive attempt ${pick}`,
    (model) => model.givenUp(),
    pick,
    async (call, model, { worker }) => {
      await worker.write(revived(await worker.attempt(call.dial.attemptId)))
      model.revive(call)
    },
  ),
)

/** Somebody cancels a call, whatever its status. */
export const cancels = picks.map((pick) =>
  stepOver(`cancel call ${pick}`, anyCall, pick, async (call, model, { store }) => {
    const canceled = await store.cancelCall({ callId: call.id })
    equal(canceled?.kind, cancelKinds[call.status])
    model.cancel(call)
  }),
)

/** Somebody changes a call, whatever its status. */
export function updates(numbers: fc.Arbitrary<string>): fc.Arbitrary<Step> {
  const changes = fc.record(
    { to: numbers, scriptId: scripts, priority: priorities, exclusive: fc.boolean(), delayMs: fc.option(spans) },
    { requiredKeys: [] },
  )
  return fc.record({ pick: picks, changes }).map(({ pick, changes: { delayMs, ...rest } }) =>
    stepOver(`update call ${pick}: ${JSON.stringify({ ...rest, delayMs })}`, anyCall, pick, async (call, model, { store }) => {
      const scheduledAt = typeof delayMs === 'number' ? new Date(model.nowMs + delayMs) : delayMs
      const changed = scheduledAt === undefined ? rest : { ...rest, scheduledAt }
      const { kind } = await store.updateCallIfPending({ callId: call.id, changes: changed })
      if (call.status !== 'PENDING') equal(kind, 'not-pending')
      if (kind === 'updated') model.update(call, changed)
    }),
  )
}

/** Calls that ended long enough ago are forgotten. */
export const prunes = fc.constantFrom(0, 1_000, 5_000).map((olderThanMs) =>
  step(`forget what ended more than ${olderThanMs} ms ago`, async (model, { store }) => {
    equal(await store.prune({ olderThanMs, limit: 100 }), model.prune(olderThanMs))
  }),
)

/** Time passes. */
export const pauses = fc.constantFrom(1, 500, 1_000, 5_000).map((ms) =>
  step(`${ms} ms pass`, async (model, { clock }) => {
    clock.advance(ms)
    model.nowMs += ms
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
