import type { AttemptWrite, CallStatus } from '@ebra/core'
import { sql } from 'kysely'
import type { Transaction } from '../connection.ts'
import { countMoved } from '../counts.ts'
import { attemptsNamedBy, readAttempt } from '../look-up.ts'
import { releaseNumber } from '../release-number.ts'
import type { AttemptRow, CallRow } from '../schema.ts'
import { recordSeen, seenAmong } from '../seen-events.ts'
import { queries, statement } from '../statement.ts'
import { type AttemptChange, changeOf } from './attempt-change.ts'
import { hasNewIds, recordIds } from './provider-ids.ts'

/** Writes what core decided of an attempt and its call, all of it or nothing. False: either has moved on since core read them, or the event is none that may be written. */
export function writeAttempt(transaction: Transaction, write: AttemptWrite): boolean {
  const attempt = readAttempt(transaction, write.attemptId)
  const call = attempt && transaction.get(callById, { callId: attempt.call_id })
  const change = attempt && call && changeOf(write, attempt, call, transaction.now)
  if (!change || isRefuted(transaction, write, change.attempt)) return false
  moveAttempt(transaction, change)
  if (change.nextCall !== change.call) moveCall(transaction, change)
  passNumberOn(transaction, change)
  for (const eventId of write.seen) recordSeen(transaction, { provider: change.attempt.provider, eventId })
  return true
}

function moveAttempt(transaction: Transaction, { attempt, nextAttempt }: AttemptChange): void {
  if (hasNewIds(attempt, nextAttempt)) {
    transaction.run(updateAttemptWithIds, nextAttempt)
    recordIds(transaction, attempt, nextAttempt)
  } else {
    transaction.run(updateAttempt, nextAttempt)
  }
  if (nextAttempt.put_back === 1) transaction.run(forgetPutBacksBefore, { callId: attempt.call_id, number: attempt.number })
}

function moveCall(transaction: Transaction, { attempt, call, nextCall }: AttemptChange): void {
  transaction.run(updateCall, { ...nextCall, from: call.status, number: attempt.number })
  countMoved(transaction, call.status, nextCall.status)
}

/** The number is free once its attempt is no longer live; and a PENDING call that was let through and is gone leaves its turn to the next. */
function passNumberOn(transaction: Transaction, { attempt, call, nextAttempt, nextCall }: AttemptChange): void {
  if (attempt.status !== 'ENDED' && nextAttempt.status === 'ENDED') releaseNumber(transaction, attempt.to_number)
  if (call.status === 'PENDING' && nextCall.status !== 'PENDING') releaseNumber(transaction, call.to_number)
}

/** The event was seen before, or it might mean another attempt. */
function isRefuted(transaction: Transaction, { seen, namedBy }: AttemptWrite, { call_id, number, provider }: AttemptRow): boolean {
  const bearers = attemptsNamedBy(transaction, { providerCallIds: namedBy.map((id) => ({ provider, id })) })
  if (bearers.some((bearer) => bearer.call_id !== call_id || bearer.number !== number)) return true
  const events = seen.map((eventId) => ({ provider, eventId }))
  return seenAmong(transaction, events).length > 0
}

const callById = statement(({ callId }: { callId: string }) => queries.selectFrom('ebra_calls').selectAll().where('id', '=', callId))

const updateAttempt = statement((attempt: AttemptRow) => attemptUpdate(attempt))

/** An index that is named in an update is written, changed or not: ids change once in the life of an attempt. */
const updateAttemptWithIds = statement((attempt: AttemptRow) =>
  attemptUpdate(attempt).set({ provider_call_id: attempt.provider_call_id, aliases: attempt.aliases }),
)

function attemptUpdate(attempt: AttemptRow) {
  return queries
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
    .where('revision', '=', sql<number>`${attempt.revision} - 1`)
}

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
