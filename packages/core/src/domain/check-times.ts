import type { Attempt } from './attempt.ts'
import type { Rules } from './rules.ts'

/** When to look at a live attempt that just gave a sign of life. */
export function checkAfterSign(rules: Rules): number {
  return rules.canAsk ? Math.min(jittered(rules.reconcile.afterMs, rules), rules.staleAfterMs) : rules.staleAfterMs
}

/** When to look at an attempt that was just found to be unconfirmed: at once where the provider can be asked, else when it is stale. */
export function checkAfterDoubt(attempt: Attempt, rules: Rules): number {
  return rules.canAsk ? 0 : untilStale(attempt, rules)
}

/** When to look again at an attempt of which the provider knew nothing new. */
export function checkAgain(attempt: Attempt, rules: Rules): number {
  if (attempt.status === 'HELD') return jittered(rules.reconcile.everyMs, rules)
  const staleInMs = untilStale(attempt, rules)
  if (!rules.canAsk) return staleInMs
  const askInMs = jittered(attempt.status === 'UNCONFIRMED' ? doubtBackoffMs(attempt, rules) : rules.reconcile.everyMs, rules)
  return staleInMs === 0 ? askInMs : Math.min(askInMs, staleInMs)
}

/** Milliseconds until the attempt has been silent for `staleAfterMs`; 0 when it has. */
export function untilStale(attempt: Attempt, rules: Pick<Rules, 'now' | 'staleAfterMs'>): number {
  return Math.max(0, attempt.lastSignAt.getTime() + rules.staleAfterMs - rules.now.getTime())
}

/** Half of the time that has passed since the answer was due, so that looks grow rarer. */
function doubtBackoffMs(attempt: Attempt, rules: Rules): number {
  const sinceDueMs = rules.now.getTime() - attempt.answerBy.getTime()
  return Math.min(rules.reconcile.everyMs, Math.max(1_000, sinceDueMs / 2))
}

function jittered(ms: number, { random }: Rules): number {
  return Math.round(ms * (0.9 + 0.2 * random()))
}
