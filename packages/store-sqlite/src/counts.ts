import { type CallStatus, callStatuses } from '@ebra/core'
import { sql } from 'kysely'
import type { Transaction } from './connection.ts'
import { queries, statement } from './statement.ts'

/** A figure for each status of a call. */
export type Counts = Readonly<Record<CallStatus, number>>

/** Notes that calls went from one status to another; null: they did not exist before, or no longer do. In the same transaction, so that figures never drift from rows. */
export function countMoved(transaction: Transaction, from: CallStatus | null, to: CallStatus | null, count = 1): void {
  if (from !== to && count > 0) transaction.run(moveCounts, { from, to, count })
}

/** Reads how many calls stand in each status, and how many ever came into it. */
export function readCounts(transaction: Transaction): { readonly present: Counts; readonly entered: Counts } {
  const rows = new Map(transaction.all(counts, {}).map((row) => [row.status, row]))
  return { present: figures((status) => rows.get(status)?.present), entered: figures((status) => rows.get(status)?.entered) }
}

function figures(read: (status: CallStatus) => number | undefined): Counts {
  const [PENDING = 0, IN_PROGRESS = 0, COMPLETED = 0, FAILED = 0, EXPIRED = 0, CANCELED = 0] = callStatuses.map(read)
  return { PENDING, IN_PROGRESS, COMPLETED, FAILED, EXPIRED, CANCELED }
}

/** The statement of {@link countMoved}. */
export const moveCounts = statement((params: { from: CallStatus | null; to: CallStatus | null; count: number }) =>
  queries
    .updateTable('ebra_counts')
    .set({
      present: sql<number>`present + iif(status is ${params.to}, 1, -1) * ${params.count}`,
      entered: sql<number>`entered + (status is ${params.to}) * ${params.count}`,
    })
    .where((row) => row.or([row('status', '=', params.from), row('status', '=', params.to)])),
)

const counts = statement(() => queries.selectFrom('ebra_counts').selectAll())
