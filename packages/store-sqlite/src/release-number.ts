import type { Transaction } from './connection.ts'
import { queries, statement } from './statement.ts'

/**
 * Lets the first of the calls that wait for this number be claimed again. Called whenever an attempt to it is no longer live, and whenever a call that was let through before
 * goes away without having been dialed: so those that wait are never more than one call away from their turn.
 */
export function releaseNumber(transaction: Transaction, number: string): void {
  releaseFirst(transaction, number, 1)
}

/** Lets the first calls that wait for this number or gate be claimed again. Returns how many there were, at most `limit`. */
export function releaseFirst(transaction: Transaction, waitsFor: string, limit: number): number {
  const waiting = transaction.all(firstWaiting, { waitsFor, limit })
  for (const { id } of waiting) transaction.run(release, { id })
  return waiting.length
}

const firstWaiting = statement(({ waitsFor, limit }: { waitsFor: string; limit: number }) =>
  queries
    .selectFrom('ebra_calls')
    .select('id')
    .where('waits_for', '=', waitsFor)
    .orderBy('priority', 'desc')
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(limit),
)

const release = statement(({ id }: { id: string }) => queries.updateTable('ebra_calls').set({ waits_for: null }).where('id', '=', id))
