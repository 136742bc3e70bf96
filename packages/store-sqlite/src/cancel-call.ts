import { attemptIdOf, type CanceledCall } from '@ebra/core'
import { sql } from 'kysely'
import type { Connection, Transaction } from './connection.ts'
import { endPending } from './end-pending.ts'
import { type CallWithLast, readCallRow } from './find-call.ts'
import { readAttempt } from './look-up.ts'
import { callFromRow, locatedFromRows } from './rows.ts'
import { queries, statement } from './statement.ts'

/** Ends a PENDING call, or asks a live one to end; null for an id that no call bears. */
export function cancelCall(connection: Connection, { callId }: { readonly callId: string }): CanceledCall | null {
  return connection.write((transaction) => {
    const row = readCallRow(transaction, callId)
    if (row === undefined) return null
    if (row.status === 'PENDING') return { kind: 'canceled', call: endPending(transaction, row, 'CANCELED'), live: null }
    if (row.status === 'IN_PROGRESS') return requestEnd(transaction, row)
    return { kind: 'already-ended', call: callFromRow(row, row), live: null }
  })
}

/** Only the first request counts. It raises the attempt's revision, so that a retry which was decided before it comes to nothing. */
function requestEnd(transaction: Transaction, row: CallWithLast): CanceledCall {
  const call = row.cancel_requested_at === null ? markCanceled(transaction, row) : row
  const live = readAttempt(transaction, attemptIdOf(row.id, row.last_number))
  if (live === undefined || live.status === 'ENDED') return { kind: 'requested', call: callFromRow(call, call), live: null }
  const located = locatedFromRows(live, call, call)
  return { kind: 'requested', call: located.call, live: located }
}

function markCanceled(transaction: Transaction, row: CallWithLast): CallWithLast {
  const { now } = transaction
  transaction.run(requestCancel, { id: row.id, now })
  transaction.run(noteRequest, { callId: row.id, number: row.last_number, now })
  return { ...row, cancel_requested_at: now, updated_at: now }
}

const requestCancel = statement(({ id, now }: { id: string; now: number }) =>
  queries
    .updateTable('ebra_calls')
    .set({ cancel_requested_at: now, updated_at: now })
    .where('id', '=', id)
    .where('status', '=', 'IN_PROGRESS')
    .where('cancel_requested_at', 'is', null),
)

/** What the provider had accepted is looked at soon, by a process that can hang it up. */
const noteRequest = statement(({ callId, number, now }: { callId: string; number: number; now: number }) =>
  queries
    .updateTable('ebra_attempts')
    .set((attempt) => ({
      revision: attempt('revision', '+', 1),
      check_at: sql<number>`iif(status = 'LIVE', ${now}, check_at)`,
    }))
    .where('call_id', '=', callId)
    .where('number', '=', number),
)
