import type { CanceledCall, Store, TurnResult, UpdateResult } from '@ebra/core'
import type { Scheduler } from 'fast-check'

/** What a store committed that bears on what is dialed, in the order of the commits. */
export type Commit =
  | { readonly kind: 'changed'; readonly callId: string; readonly to: string }
  | { readonly kind: 'canceled'; readonly callId: string }
  | { readonly kind: 'claimed'; readonly callId: string; readonly attemptId: string; readonly to: string }

/**
 * A store whose every call begins, and is answered, when the scheduler lets it: whatever else is under way may happen before, in between and after. `watch` runs after each, on the store
 * as it is by then.
 */
export function interleaved(store: Store, scheduler: Scheduler, commits: Commit[], watch: () => Promise<void>): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      if (isUnscheduled(name)) return member.bind(target)
      return async (...params: readonly unknown[]) => {
        await scheduler.schedule(Promise.resolve(), `${String(name)} begins`)
        const result: unknown = await Reflect.apply(member, target, params)
        commits.push(...commitsOf(name, result))
        await watch()
        await scheduler.schedule(Promise.resolve(), `${String(name)} is answered`)
        return result
      }
    },
  })
}

/** What answers at once, and what ends a store. */
function isUnscheduled(name: string | symbol): boolean {
  return name === 'onWake' || name === 'open' || name === 'close' || name === 'installationKey' || typeof name === 'symbol'
}

function commitsOf(name: string | symbol, result: unknown): readonly Commit[] {
  if (name === 'commitTurn') {
    const { claimed } = result as TurnResult
    return claimed.map(({ call, attempt }) => ({ kind: 'claimed', callId: call.id, attemptId: attempt.attemptId, to: attempt.to }))
  }
  if (name === 'updateCallIfPending') {
    const updated = result as UpdateResult
    return updated.kind === 'updated' ? [{ kind: 'changed', callId: updated.call.id, to: updated.call.to }] : []
  }
  if (name !== 'cancelCall') return []
  const canceled = result as CanceledCall | null
  return canceled === null || canceled.kind === 'already-ended' ? [] : [{ kind: 'canceled', callId: canceled.call.id }]
}
