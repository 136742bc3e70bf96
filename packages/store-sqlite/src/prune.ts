import type { Connection, Transaction } from './connection.ts'
import { countMoved } from './counts.ts'
import { forgetSeen } from './seen-events.ts'
import { queries, statement } from './statement.ts'

/** Deletes calls that ended longer ago, with their attempts, and events that are too old. Returns how many calls. */
export function prune(connection: Connection, { olderThanMs, limit }: { readonly olderThanMs: number; readonly limit: number }): number {
  return connection.write((transaction) => {
    const before = transaction.now - olderThanMs
    transaction.run(deleteParkedBefore, { before, limit })
    forgetSeen(transaction)
    return deleteCalls(transaction, before, limit)
  })
}

function deleteCalls(transaction: Transaction, before: number, limit: number): number {
  const calls = transaction.all(endedBefore, { before, limit })
  for (const { id, status } of calls) {
    transaction.run(deleteCall, { id })
    countMoved(transaction, status, null)
  }
  return calls.length
}

const endedBefore = statement(({ before, limit }: { before: number; limit: number }) =>
  queries.selectFrom('ebra_calls').select(['id', 'status']).where('ended_at', '<', before).orderBy('ended_at').limit(limit),
)

const deleteCall = statement(({ id }: { id: string }) => queries.deleteFrom('ebra_calls').where('id', '=', id))

const deleteParkedBefore = statement(({ before, limit }: { before: number; limit: number }) =>
  queries.deleteFrom('ebra_parked_events').where('parked_at', '<', before).limit(limit),
)
