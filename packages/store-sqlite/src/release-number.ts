import type { Transaction } from './connection.ts'
import { queries, statement } from './statement.ts'

/**
 * Lets the first of the calls that wait for this number be claimed again. Called whenever an attempt to it is no longer live, and whenever a call that was let through before
 * goes away without having been dialed: so those that wait are never more than one call away from their turn.
 */
export function releaseNumber(transaction: Transaction, number: string): void {
  transaction.run(release, { waitsFor: number, limit: 1 })
}

/** Lets the first calls that wait for this number or gate be claimed again, as many as `limit`. */
export const release = statement(({ waitsFor, limit }: { waitsFor: string; limit: number }) =>
  queries
    .updateTable('ebra_calls')
    .set({ waits_for: null })
    .where('id', 'in', (call) =>
      call
        .selectFrom('ebra_calls')
        .select('id')
        .where('waits_for', '=', waitsFor)
        .orderBy('priority', 'desc')
        .orderBy('next_attempt_at')
        .orderBy('id')
        .limit(limit),
    ),
)
