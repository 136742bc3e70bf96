import { attemptIdOf, type ClaimedAttempt, type ClaimProvider, type Turn } from '@ebra/core'
import type { Transaction } from '../connection.ts'
import { attemptName, callName, joinParked } from '../parked-events.ts'
import { instantAfter, locatedFromRows, noLastAttempt } from '../rows.ts'
import type { AttemptRow, CallRow } from '../schema.ts'
import { queries, statement } from '../statement.ts'
import { outlivedStrikes } from './strikes.ts'

/** Who claims, and in what time it dials. */
export interface Claimer {
  readonly by: Turn['by']
  readonly provider: ClaimProvider
  readonly sendWindowMs: number
}

/** Claims a call: its next attempt begins, and nobody else gets it. */
export function startAttempt(transaction: Transaction, row: CallRow, claimer: Claimer): ClaimedAttempt {
  const call = claimedCall(row, transaction.now)
  const attempt = firstState(call, claimer, transaction.now)
  transaction.run(markClaimed, { id: call.id, now: transaction.now })
  transaction.run(insertAttempt, attempt)
  joinParked(transaction, attempt.provider, [attemptName(attemptIdOf(call.id, attempt.number)), callName(call.id)])
  return { ...locatedFromRows(attempt, call, noLastAttempt), strikes: outlivedStrikes(transaction, call) }
}

function claimedCall(row: CallRow, now: number): CallRow {
  return {
    ...row,
    status: 'IN_PROGRESS',
    attempts: row.attempts + 1,
    last_number: row.last_number + 1,
    next_attempt_at: null,
    started_at: row.started_at ?? now,
    updated_at: now,
  }
}

function firstState(call: CallRow, { by, provider, sendWindowMs }: Claimer, now: number): AttemptRow {
  const sendBy = Math.min(instantAfter(now, sendWindowMs), call.expires_at ?? Number.POSITIVE_INFINITY)
  const answerBy = instantAfter(sendBy, provider.placeTimeoutMs)
  return {
    call_id: call.id,
    number: call.last_number,
    provider: provider.name,
    status: 'PLACING',
    phase: null,
    outcome: null,
    error: null,
    details: '{}',
    put_back: 0,
    provider_call_id: null,
    aliases: '[]',
    provider_state: '{}',
    to_number: call.to_number,
    from_number: call.from_number,
    script_id: call.script_id,
    claimed_by: by.processId,
    claimed_turn: by.number,
    started_at: now,
    send_by: sendBy,
    answer_by: answerBy,
    check_at: answerBy,
    last_sign_at: now,
    ended_at: null,
    revision: 0,
  }
}

const markClaimed = statement(({ id, now }: { id: string; now: number }) =>
  queries
    .updateTable('ebra_calls')
    .set((call) => ({
      status: 'IN_PROGRESS',
      attempts: call('attempts', '+', 1),
      last_number: call('last_number', '+', 1),
      next_attempt_at: null,
      started_at: call.fn.coalesce('started_at', call.val(now)),
      updated_at: now,
    }))
    .where('id', '=', id)
    .where('status', '=', 'PENDING'),
)

/** What is left out has its default. */
const insertAttempt = statement((attempt: AttemptRow) =>
  queries.insertInto('ebra_attempts').values({
    call_id: attempt.call_id,
    number: attempt.number,
    provider: attempt.provider,
    to_number: attempt.to_number,
    from_number: attempt.from_number,
    script_id: attempt.script_id,
    claimed_by: attempt.claimed_by,
    claimed_turn: attempt.claimed_turn,
    started_at: attempt.started_at,
    send_by: attempt.send_by,
    answer_by: attempt.answer_by,
    check_at: attempt.check_at,
    last_sign_at: attempt.last_sign_at,
  }),
)
