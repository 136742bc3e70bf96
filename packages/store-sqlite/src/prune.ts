import type { Connection } from './connection.ts'
import { forgetSeen } from './seen-events.ts'
import { queries, statement } from './statement.ts'

/** Deletes calls that ended longer ago, with their attempts, and events that are too old. Returns how many calls. */
export function prune(connection: Connection, { olderThanMs, limit }: { readonly olderThanMs: number; readonly limit: number }): number {
  return connection.write((transaction) => {
    const before = transaction.now - olderThanMs
    transaction.run(deleteParkedBefore, { before, limit })
    forgetSeen(transaction)
    return transaction.run(deleteEndedBefore, { before, limit })
  })
}

const deleteEndedBefore = statement(({ before, limit }: { before: number; limit: number }) =>
  queries
    .deleteFrom('ebra_calls')
    .where('id', 'in', (call) =>
      call.selectFrom('ebra_calls').select('id').where('ended_at', '<', before).orderBy('ended_at').limit(limit),
    ),
)

const deleteParkedBefore = statement(({ before, limit }: { before: number; limit: number }) =>
  queries
    .deleteFrom('ebra_parked_events')
    .where('id', 'in', (event) =>
      event.selectFrom('ebra_parked_events').select('id').where('parked_at', '<', before).orderBy('parked_at').limit(limit),
    ),
)
