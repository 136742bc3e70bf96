import type { Call } from '@ebra/core'
import type { Transaction } from '../connection.ts'
import { endPending } from '../end-pending.ts'
import { selectCalls } from '../find-call.ts'
import { isPending } from '../literals.ts'
import { queries, statement } from '../statement.ts'

/** As many as one turn expires. */
const maxExpired = 1_000

/** Ends PENDING calls whose deadline has passed. */
export function expireDue(transaction: Transaction): readonly Call[] {
  return transaction.all(overdueCalls, { now: transaction.now, limit: maxExpired }).map((row) => endPending(transaction, row, 'EXPIRED'))
}

/** The earliest deadline of a PENDING call; null: there is none. For a turn that must not expire anything, those that have passed do not count. */
export function nextExpiry(transaction: Transaction, mayExpire: boolean): number | null {
  return transaction.get(earliestExpiry, { after: mayExpire ? 0 : transaction.now })?.expires_at ?? null
}

const overdueCalls = statement(({ now, limit }: { now: number; limit: number }) =>
  selectCalls().where(isPending).where('call.expires_at', '<=', now).orderBy('call.expires_at').limit(limit),
)

const earliestExpiry = statement(({ after }: { after: number }) =>
  queries.selectFrom('ebra_calls').select('expires_at').where(isPending).where('expires_at', '>', after).orderBy('expires_at').limit(1),
)
