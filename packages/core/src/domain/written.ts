import type { AttemptWrite, CallMove, LocatedAttempt } from './attempt-write.ts'
import { type Call, erasedNumber } from './call.ts'

/** The record that a write leaves behind where its guards hold, so that nobody has to read it again. `now` is the store's time of the write. */
export function written(before: LocatedAttempt, write: AttemptWrite, now: Date): LocatedAttempt {
  const { isLatest } = before
  const { next, isSign, call: move } = write
  // What is erased stays erased, whatever a late event still tells.
  const details = before.call.to === erasedNumber ? {} : next.details
  const attempt = {
    ...before.attempt,
    ...next,
    details,
    revision: write.revision + 1,
    lastSignAt: isSign ? now : before.attempt.lastSignAt,
    endedAt: next.status === 'ENDED' ? (before.attempt.endedAt ?? now) : null,
  }
  const call = move === null ? before.call : movedCall(before.call, move, now)
  const last = { providerCallId: next.providerCallId, durationSec: details.durationSec ?? null }
  return { attempt, call: isLatest ? { ...call, ...last } : call, isLatest }
}

function movedCall(call: Call, { status, outcome, lastError, attempts, dueInMs }: CallMove, now: Date): Call {
  const nextAttemptAt = status === 'PENDING' ? laterBy(now, dueInMs ?? 0) : null
  return { ...call, status, outcome, lastError, attempts, nextAttemptAt, endedAt: endOf(call, status, now), updatedAt: now }
}

/** A call that changes only its outcome ended when it ended. */
function endOf(call: Call, status: Call['status'], now: Date): Date | null {
  if (status === 'PENDING' || status === 'IN_PROGRESS') return null
  return status === call.status ? call.endedAt : now
}

/** In whole milliseconds: a part of one counts as one, so that nothing is due too early. */
function laterBy(now: Date, spanMs: number): Date {
  return new Date(Math.ceil(now.getTime() + spanMs))
}
