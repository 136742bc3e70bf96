import type { Call } from '@ebra/core'
import { sql } from 'kysely'
import type { Connection, Transaction } from './connection.ts'
import { callFromRow, type LastAttempt } from './rows.ts'
import type { CallRow } from './schema.ts'
import { queries, statement } from './statement.ts'

/** Reads a call; null for an id that none bears. */
export function findCall(connection: Connection, { callId }: { readonly callId: string }): Call | null {
  return connection.read((transaction) => readCall(transaction, callId))
}

/** Reads a call within a transaction. */
export function readCall(transaction: Transaction, callId: string): Call | null {
  const row = readCallRow(transaction, callId)
  return row === undefined ? null : callFromRow(row, row)
}

/** Reads the row of a call within a transaction, with what it shows of its last attempt. */
export function readCallRow(transaction: Transaction, callId: string): CallWithLast | undefined {
  return transaction.get(callById, { callId })
}

/** A call beside what it shows of its last attempt. */
export type CallWithLast = CallRow & LastAttempt

/** Begins a query for calls, each beside its last attempt. */
export function selectCalls() {
  return queries
    .selectFrom('ebra_calls as call')
    .leftJoin('ebra_attempts as last', (join) => join.onRef('last.call_id', '=', 'call.id').onRef('last.number', '=', 'call.last_number'))
    .selectAll('call')
    .select(['last.provider_call_id as last_provider_call_id', lastDuration.as('last_duration')])
}

const lastDuration = sql<string | null>`last.details -> '$.durationSec'`

const callById = statement(({ callId }: { callId: string }) => selectCalls().where('call.id', '=', callId))
