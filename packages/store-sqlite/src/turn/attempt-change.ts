import { type AttemptWrite, type CallMove, type CallStatus, erasedNumber } from '@ebra/core'
import { instantAfter, problemToText } from '../rows.ts'
import type { AttemptRow, CallRow } from '../schema.ts'

/** An attempt and its call, before and after a write. */
export interface AttemptChange {
  readonly attempt: AttemptRow
  readonly call: CallRow
  readonly nextAttempt: AttemptRow
  /** The same row where the call does not move. */
  readonly nextCall: CallRow
}

/** What a write makes of the rows. Null: one of them has moved on since core read it. */
export function changeOf(write: AttemptWrite, attempt: AttemptRow, call: CallRow, now: number): AttemptChange | null {
  const move = write.call
  if (attempt.revision !== write.revision) return null
  if (move !== null && (call.status !== move.from || call.last_number !== attempt.number)) return null
  // What is erased stays erased, whatever a late event still tells.
  const details = call.to_number === erasedNumber ? {} : write.next.details
  const nextCall = move === null ? call : callAfter(call, move, now)
  return { attempt, call, nextAttempt: { ...attemptAfter(attempt, write, now), details: JSON.stringify(details) }, nextCall }
}

function attemptAfter(row: AttemptRow, { next, isSign, checkInMs }: AttemptWrite, now: number): AttemptRow {
  const isEnded = next.status === 'ENDED'
  return {
    ...row,
    status: next.status,
    phase: next.phase,
    outcome: next.outcome,
    error: problemToText(next.error),
    put_back: next.putBack ? 1 : 0,
    provider_call_id: next.providerCallId,
    aliases: JSON.stringify(next.aliases),
    provider_state: JSON.stringify(next.providerState),
    check_at: isEnded || checkInMs === null ? row.check_at : instantAfter(now, checkInMs),
    last_sign_at: isSign ? now : row.last_sign_at,
    ended_at: isEnded ? (row.ended_at ?? now) : null,
    revision: row.revision + 1,
  }
}

function callAfter(row: CallRow, move: CallMove, now: number): CallRow {
  return {
    ...row,
    status: move.status,
    outcome: move.outcome,
    last_error: problemToText(move.lastError),
    attempts: move.attempts,
    next_attempt_at: move.status === 'PENDING' ? instantAfter(now, move.dueInMs ?? 0) : null,
    ended_at: endOf(row, move.status, now),
    waits_for: null,
    updated_at: now,
  }
}

/** A call that changes only its outcome ended when it ended. */
function endOf(row: CallRow, status: CallStatus, now: number): number | null {
  if (status === 'PENDING' || status === 'IN_PROGRESS') return null
  return status === row.status ? row.ended_at : now
}
