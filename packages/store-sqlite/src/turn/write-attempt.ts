import type { AttemptDetails, AttemptWrite, CallMove, CallStatus, LocatedAttempt } from '@ebra/core'
import { sql } from 'kysely'
import type { Transaction } from '../connection.ts'
import { readAttempt } from '../find-attempts.ts'
import { readCallRow } from '../find-call.ts'
import { releaseNumber } from '../release-number.ts'
import { attemptFromRow, callFromRow, erasedNumber, lastAttemptFrom, noLastAttempt, problemToText } from '../rows.ts'
import type { AttemptRow, CallRow } from '../schema.ts'
import { recordSeen } from '../seen-events.ts'
import { queries, statement } from '../statement.ts'
import { recordProviderIds } from './provider-ids.ts'

/** Writes what core decided of an attempt and its call, all of it or nothing. Null: either has moved on since core read them. */
export function writeAttempt(transaction: Transaction, write: AttemptWrite): LocatedAttempt | null {
  const attempt = readAttempt(transaction, write.attemptId)
  const call = attempt && transaction.get(callById, { callId: attempt.call_id })
  if (attempt === undefined || call === undefined || !holds(write, attempt, call)) return null
  const change = changeOf(write, attempt, call, transaction.now)
  transaction.run(updateAttempt, change.nextAttempt)
  if (write.call !== null) transaction.run(updateCall, { ...change.nextCall, from: write.call.from, number: attempt.number })
  recordProviderIds(transaction, attempt, change.nextAttempt)
  if (write.next.putBack) transaction.run(forgetPutBacksBefore, { callId: attempt.call_id, number: attempt.number })
  passNumberOn(transaction, change)
  for (const eventId of write.seen) recordSeen(transaction, { provider: attempt.provider, eventId })
  return recordAfter(transaction, change)
}

/** Rows before and after a write. */
interface Change {
  readonly attempt: AttemptRow
  readonly call: CallRow
  readonly nextAttempt: AttemptRow
  readonly nextCall: CallRow
  readonly details: AttemptDetails
}

function holds({ revision, call: move }: AttemptWrite, attempt: AttemptRow, call: CallRow): boolean {
  if (attempt.revision !== revision) return false
  return move === null || (call.status === move.from && call.last_number === attempt.number)
}

function changeOf(write: AttemptWrite, attempt: AttemptRow, call: CallRow, now: number): Change {
  // What is erased stays erased, whatever a late event still tells.
  const details = call.to_number === erasedNumber ? {} : write.next.details
  const nextCall = write.call === null ? call : callAfter(call, write.call, now)
  return { attempt, call, nextAttempt: { ...attemptAfter(attempt, write, now), details: JSON.stringify(details) }, nextCall, details }
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
    check_at: isEnded || checkInMs === null ? row.check_at : now + checkInMs,
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
    next_attempt_at: move.status === 'PENDING' ? now + (move.dueInMs ?? 0) : null,
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

/** The number is free once its attempt is no longer live; and a PENDING call that was let through and is gone leaves its turn to the next. */
function passNumberOn(transaction: Transaction, { attempt, call, nextAttempt, nextCall }: Change): void {
  if (attempt.status !== 'ENDED' && nextAttempt.status === 'ENDED') releaseNumber(transaction, attempt.to_number)
  if (call.status === 'PENDING' && nextCall.status !== 'PENDING') releaseNumber(transaction, call.to_number)
}

function recordAfter(transaction: Transaction, { nextAttempt, nextCall, details }: Change): LocatedAttempt {
  const isLatest = nextAttempt.number === nextCall.last_number
  const last = isLatest ? lastAttemptFrom(nextAttempt, details) : (readCallRow(transaction, nextCall.id) ?? noLastAttempt)
  const call = callFromRow(nextCall, last)
  return { call, attempt: attemptFromRow(nextAttempt, call, details), isLatest }
}

const callById = statement(({ callId }: { callId: string }) => queries.selectFrom('ebra_calls').selectAll().where('id', '=', callId))

const updateAttempt = statement((attempt: AttemptRow) =>
  queries
    .updateTable('ebra_attempts')
    .set({
      status: attempt.status,
      phase: attempt.phase,
      outcome: attempt.outcome,
      error: attempt.error,
      details: attempt.details,
      put_back: attempt.put_back,
      provider_state: attempt.provider_state,
      check_at: attempt.check_at,
      last_sign_at: attempt.last_sign_at,
      ended_at: attempt.ended_at,
      revision: attempt.revision,
    })
    .where('call_id', '=', attempt.call_id)
    .where('number', '=', attempt.number)
    .where('revision', '=', sql<number>`${attempt.revision} - 1`),
)

const updateCall = statement((call: CallRow & { from: CallStatus; number: number }) =>
  queries
    .updateTable('ebra_calls')
    .set({
      status: call.status,
      outcome: call.outcome,
      last_error: call.last_error,
      attempts: call.attempts,
      next_attempt_at: call.next_attempt_at,
      ended_at: call.ended_at,
      waits_for: null,
      updated_at: call.updated_at,
    })
    .where('id', '=', call.id)
    .where('status', '=', call.from)
    .where('last_number', '=', call.number),
)

/** Of a run of put-backs only the last is history: a provider that is down for an hour would fill it otherwise. */
const forgetPutBacksBefore = statement(({ callId, number }: { callId: string; number: number }) =>
  queries
    .deleteFrom('ebra_attempts')
    .where('call_id', '=', callId)
    .where('number', '<', number)
    .where(
      'number',
      '>',
      sql<number>`ifnull((select max(number) from ebra_attempts where call_id = ${callId} and number < ${number} and put_back = 0), 0)`,
    ),
)
