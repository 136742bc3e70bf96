import type { Call } from '@ebra/core'
import type { Transaction } from './connection.ts'
import { countMoved } from './counts.ts'
import type { CallWithLast } from './find-call.ts'
import { releaseNumber } from './release-number.ts'
import { callFromRow } from './rows.ts'
import { queries, statement } from './statement.ts'

/** Ends a PENDING call that was not dialed, and lets the next to its number have its turn. */
export function endPending(transaction: Transaction, row: CallWithLast, status: 'CANCELED' | 'EXPIRED'): Call {
  const { now } = transaction
  transaction.run(endCall, { id: row.id, status, now })
  countMoved(transaction, 'PENDING', status)
  releaseNumber(transaction, row.to_number)
  return callFromRow({ ...row, status, next_attempt_at: null, ended_at: now, updated_at: now }, row)
}

const endCall = statement(({ id, status, now }: { id: string; status: 'CANCELED' | 'EXPIRED'; now: number }) =>
  queries
    .updateTable('ebra_calls')
    .set({ status, next_attempt_at: null, waits_for: null, ended_at: now, updated_at: now })
    .where('id', '=', id)
    .where('status', '=', 'PENDING'),
)
