import type { Attempt } from './attempt.ts'
import type { CallMove, LocatedAttempt } from './attempt-write.ts'
import type { Call, Problem } from './call.ts'
import type { Outcome, RetryableOutcome } from './outcome.ts'
import type { Rules } from './rules.ts'

/** What becomes of a call when its attempt ended in `outcome`, of which it spent one. */
export function moveAfterEnd(record: LocatedAttempt, outcome: Outcome, problem: Problem | null, rules: Rules): CallMove {
  const move = { from: record.call.status, outcome, lastError: problem, attempts: spentAttempts(record) }
  if (outcome === 'completed') return { ...move, status: 'COMPLETED', dueInMs: null }
  if (outcome === 'canceled') return { ...move, status: 'CANCELED', dueInMs: null }
  if (isCanceled(record.call)) return { ...move, status: outcome === 'voicemail' ? 'COMPLETED' : 'CANCELED', dueInMs: null }
  return { ...move, ...moveAfterMiss({ ...record.call, attempts: move.attempts }, record.attempt, outcome, rules) }
}

/** What becomes of a call whose dial surely reached no phone: it is due again and has spent nothing. */
export function moveAfterPutBack({ call }: LocatedAttempt, problem: Problem | null, dueInMs: number, rules: Rules): CallMove {
  const move = { from: call.status, outcome: call.outcome, lastError: problem ?? call.lastError, attempts: Math.max(0, call.attempts - 1) }
  if (isCanceled(call)) return { ...move, status: 'CANCELED', dueInMs: null }
  if (isTooLate(call, dueInMs, rules)) return { ...move, status: 'EXPIRED', dueInMs: null }
  return { ...move, status: 'PENDING', dueInMs }
}

/** What becomes of a call that is given up for good because nobody can learn its fate. */
export function moveAfterExpiry(record: LocatedAttempt, problem: Problem): CallMove {
  const status = isCanceled(record.call) ? 'CANCELED' : 'EXPIRED'
  return { from: record.call.status, status, outcome: 'lost', lastError: problem, attempts: spentAttempts(record), dueInMs: null }
}

/** A put-back had given its attempt back to the call: whoever proves that the dial rang spends it after all. */
export function spentAttempts({ call, attempt }: LocatedAttempt): number {
  return call.attempts + (attempt.putBack ? 1 : 0)
}

function moveAfterMiss(call: Call, attempt: Attempt, outcome: RetryableOutcome, rules: Rules): Pick<CallMove, 'status' | 'dueInMs'> {
  // What has ended stays ended: somebody may have been told, and have asked for another call.
  if (hasEnded(call)) return { status: finalStatus[outcome], dueInMs: null }
  const decision = rules.retry({ call, attempt, outcome, random: rules.random })
  if (decision === 'final' || call.attempts >= call.maxAttempts) return { status: finalStatus[outcome], dueInMs: null }
  if (isTooLate(call, decision.retryInMs, rules)) return { status: 'EXPIRED', dueInMs: null }
  return { status: 'PENDING', dueInMs: decision.retryInMs }
}

const finalStatus = {
  voicemail: 'COMPLETED',
  lost: 'EXPIRED',
  rejected: 'FAILED',
  'no-answer': 'FAILED',
  busy: 'FAILED',
  failed: 'FAILED',
} as const satisfies Record<RetryableOutcome, Call['status']>

function isCanceled(call: Call): boolean {
  return call.cancelRequestedAt !== null || call.status === 'CANCELED'
}

function hasEnded({ status }: Call): boolean {
  return status !== 'PENDING' && status !== 'IN_PROGRESS'
}

function isTooLate({ expiresAt }: Call, dueInMs: number, { now, canExpire }: Rules): boolean {
  return canExpire && expiresAt !== null && now.getTime() + dueInMs >= expiresAt.getTime()
}
