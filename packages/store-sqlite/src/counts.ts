import { type CallStatus, callStatuses } from '@ebra/core'
import { sql } from 'kysely'
import type { Transaction } from './connection.ts'
import { queries, statement } from './statement.ts'

/** A figure for each status of a call. */
export type Counts = Readonly<Record<CallStatus, number>>

/**
 * Notes that calls went from one status to another; null: they did not exist before, or no longer do. It is written with the same transaction, once for all its calls, so that figures neither
 * drift from the rows nor cost what a trigger costs.
 */
export function countMoved(transaction: Transaction, from: CallStatus | null, to: CallStatus | null, count = 1): void {
  if (from === to || count === 0) return
  const moves = unwritten.get(transaction) ?? { left: new Map(), entered: new Map() }
  unwritten.set(transaction, moves)
  if (from !== null) moves.left.set(from, (moves.left.get(from) ?? 0) + count)
  if (to !== null) moves.entered.set(to, (moves.entered.get(to) ?? 0) + count)
  transaction.atEnd(writeMoves)
}

/** Reads how many calls stand in each status, and how many ever came into it. */
export function readCounts(transaction: Transaction): { readonly present: Counts; readonly entered: Counts } {
  const rows = new Map(transaction.all(counts, {}).map((row) => [row.status, row]))
  return { present: figures((status) => rows.get(status)?.present), entered: figures((status) => rows.get(status)?.entered) }
}

interface Moves {
  readonly left: Map<CallStatus, number>
  readonly entered: Map<CallStatus, number>
}

const unwritten = new WeakMap<Transaction, Moves>()

function writeMoves(transaction: Transaction): void {
  const { left, entered } = unwritten.get(transaction) ?? { left: new Map(), entered: new Map() }
  for (const [status, count] of left) transaction.run(addCounts, { status, entered: 0, present: -count })
  for (const [status, count] of entered) transaction.run(addCounts, { status, entered: count, present: count })
}

function figures(read: (status: CallStatus) => number | undefined): Counts {
  const [PENDING = 0, IN_PROGRESS = 0, COMPLETED = 0, FAILED = 0, EXPIRED = 0, CANCELED = 0] = callStatuses.map(read)
  return { PENDING, IN_PROGRESS, COMPLETED, FAILED, EXPIRED, CANCELED }
}

/** Adds to the figures of a status. */
export const addCounts = statement((params: { status: CallStatus; present: number; entered: number }) =>
  queries
    .updateTable('ebra_counts')
    .set({ present: sql<number>`present + ${params.present}`, entered: sql<number>`entered + ${params.entered}` })
    .where('status', '=', params.status),
)

const counts = statement(() => queries.selectFrom('ebra_counts').selectAll())
