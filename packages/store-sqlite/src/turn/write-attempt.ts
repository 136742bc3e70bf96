import { type AttemptWrite, type CallStatus, parseAttemptId } from '@ebra/core'
import { sql } from 'kysely'
import type { Transaction } from '../connection.ts'
import { countMoved } from '../counts.ts'
import { releaseNumber } from '../release-number.ts'
import { isSeen, noteSeen, seenKey } from '../seen-events.ts'
import { queries, statement } from '../statement.ts'
import {
  type AttemptChange,
  changeOf,
  type NextAttempt,
  type NextCall,
  type WrittenAttempt,
  writtenAttemptColumns,
  writtenCallColumns,
} from './attempt-change.ts'
import { hasNewIds, recordIds } from './provider-ids.ts'

/** Writes what core decided of an attempt and its call, all of it or nothing. False: either has moved on since core read them, or the event is none that may be written. */
export function writeAttempt(transaction: Transaction, write: AttemptWrite): boolean {
  const parts = parseAttemptId(write.attemptId)
  const attempt = parts === null ? undefined : transaction.get(writtenAttempt, parts)
  const call = attempt && transaction.get(writtenCall, { callId: attempt.call_id })
  const change = attempt && call && changeOf(write, attempt, call, transaction.now)
  if (!change) return false
  const events = write.seen.map((eventId) => seenKey({ provider: change.attempt.provider, eventId }))
  if (events.some((key) => isSeen(transaction, key)) || mayMeanAnother(transaction, write.namedBy, change.attempt)) return false
  moveAttempt(transaction, change)
  moveCall(transaction, change)
  passNumberOn(transaction, change)
  for (const key of events) noteSeen(transaction, key)
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
  if (nextCall === null) return
  transaction.run(updateCall, { ...nextCall, from: call.status, number: attempt.number })
  countMoved(transaction, call.status, nextCall.status)
}

/** The number is free once its attempt is no longer live; and a PENDING call that was let through and is gone leaves its turn to the next. */
function passNumberOn(transaction: Transaction, { attempt, call, nextAttempt, nextCall }: AttemptChange): void {
  if (attempt.status !== 'ENDED' && nextAttempt.status === 'ENDED') releaseNumber(transaction, attempt.to_number)
  if (call.status === 'PENDING' && nextCall !== null && nextCall.status !== 'PENDING') releaseNumber(transaction, call.to_number)
}

function mayMeanAnother(transaction: Transaction, names: readonly string[], { call_id, number, provider }: WrittenAttempt): boolean {
  return names.some((id) => transaction.get(anotherBearer, { provider, id, callId: call_id, number }) !== undefined)
}

const writtenAttempt = statement(({ callId, number }: { callId: string; number: number }) =>
  queries.selectFrom('ebra_attempts').select(writtenAttemptColumns).where('call_id', '=', callId).where('number', '=', number),
)

const writtenCall = statement(({ callId }: { callId: string }) =>
  queries.selectFrom('ebra_calls').select(writtenCallColumns).where('id', '=', callId),
)

const anotherBearer = statement((params: { provider: string; id: string; callId: string; number: number }) => {
  const isAnother = sql<boolean>`(call_id, number) <> (${params.callId}, ${params.number})`
  const byId = queries
    .selectFrom('ebra_attempts')
    .select('number')
    .where('provider', '=', params.provider)
    .where('provider_call_id', '=', params.id)
  const byAlias = queries.selectFrom('ebra_aliases').select('number').where('provider', '=', params.provider).where('alias', '=', params.id)
  return byId.where(isAnother).unionAll(byAlias.where(isAnother)).limit(1)
})

const updateAttempt = statement((attempt: NextAttempt) => attemptUpdate(attempt))

/** An index that is named in an update is written, changed or not: ids change once in the life of an attempt. */
const updateAttemptWithIds = statement((attempt: NextAttempt) =>
  attemptUpdate(attempt).set({ provider_call_id: attempt.provider_call_id, aliases: attempt.aliases }),
)

function attemptUpdate(attempt: NextAttempt) {
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

const updateCall = statement((call: NextCall & { from: CallStatus; number: number }) =>
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
