import { type AttemptWrite, type CallMove, type CallStatus, erasedNumber } from '@ebra/core'
import { instantAfter, problemToText } from '../rows.ts'
import type { AttemptRow, CallRow } from '../schema.ts'

/** What a write has to know of an attempt. */
export type WrittenAttempt = Pick<AttemptRow, (typeof writtenAttemptColumns)[number]>

/** The columns of {@link WrittenAttempt}. */
export const writtenAttemptColumns = [
  'call_id',
  'number',
  'provider',
  'to_number',
  'status',
  'provider_call_id',
  'aliases',
  'check_at',
  'last_sign_at',
  'ended_at',
  'revision',
] as const satisfies readonly (keyof AttemptRow)[]

/** What a write has to know of a call. */
export type WrittenCall = Pick<CallRow, (typeof writtenCallColumns)[number]>

/** The columns of {@link WrittenCall}. */
export const writtenCallColumns = ['id', 'status', 'to_number', 'last_number', 'ended_at'] as const satisfies readonly (keyof CallRow)[]

/** An attempt after a write. */
export type NextAttempt = WrittenAttempt & Pick<AttemptRow, 'phase' | 'outcome' | 'error' | 'details' | 'put_back' | 'provider_state'>

/** A call that was moved. */
export type NextCall = WrittenCall & Pick<CallRow, 'outcome' | 'last_error' | 'attempts' | 'next_attempt_at' | 'updated_at'>

/** An attempt and its call, before and after a write. */
export interface AttemptChange {
  readonly attempt: WrittenAttempt
  readonly call: WrittenCall
  readonly nextAttempt: NextAttempt
  /** Null: the call does not move. */
  readonly nextCall: NextCall | null
}

/** What a write makes of the rows. Null: one of them has moved on since core read it. */
export function changeOf(write: AttemptWrite, attempt: WrittenAttempt, call: WrittenCall, now: number): AttemptChange | null {
  const move = write.call
  if (attempt.revision !== write.revision) return null
  if (move !== null && (call.status !== move.from || call.last_number !== attempt.number)) return null
  // What is erased stays erased, whatever a late event still tells.
  const details = call.to_number === erasedNumber ? {} : write.next.details
  const nextAttempt = { ...attemptAfter(attempt, write, now), details: JSON.stringify(details) }
  return { attempt, call, nextAttempt, nextCall: move === null ? null : callAfter(call, move, now) }
}

function attemptAfter(row: WrittenAttempt, { next, isSign, checkInMs }: AttemptWrite, now: number): Omit<NextAttempt, 'details'> {
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

function callAfter(row: WrittenCall, move: CallMove, now: number): NextCall {
  return {
    ...row,
    status: move.status,
    outcome: move.outcome,
    last_error: problemToText(move.lastError),
    attempts: move.attempts,
    next_attempt_at: move.status === 'PENDING' ? instantAfter(now, move.dueInMs ?? 0) : null,
    ended_at: endOf(row, move.status, now),
    updated_at: now,
  }
}

/** A call that changes only its outcome ended when it ended. */
function endOf(row: WrittenCall, status: CallStatus, now: number): number | null {
  if (status === 'PENDING' || status === 'IN_PROGRESS') return null
  return status === row.status ? row.ended_at : now
}
