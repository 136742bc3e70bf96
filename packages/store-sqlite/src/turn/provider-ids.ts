import type { Transaction } from '../connection.ts'
import { joinParked, providerName } from '../parked-events.ts'
import { queries, statement } from '../statement.ts'
import type { WrittenAttempt } from './attempt-change.ts'

/** True where a write changes by which ids a provider speaks of an attempt. */
export function hasNewIds(before: WrittenAttempt, after: WrittenAttempt): boolean {
  return after.provider_call_id !== before.provider_call_id || after.aliases !== before.aliases
}

/** Records aliases that changed, and wakes events that were parked under any of the ids. */
export function recordIds(transaction: Transaction, before: WrittenAttempt, after: WrittenAttempt): void {
  const aliases: readonly string[] = JSON.parse(after.aliases)
  if (after.aliases !== before.aliases) replaceAliases(transaction, after, aliases)
  const ids = after.provider_call_id === null ? aliases : [after.provider_call_id, ...aliases]
  joinParked(transaction, after.provider, ids.map(providerName))
}

function replaceAliases(transaction: Transaction, { call_id, number, provider }: WrittenAttempt, aliases: readonly string[]): void {
  transaction.run(deleteAliases, { call_id, number })
  for (const alias of aliases) transaction.run(insertAlias, { provider, alias, call_id, number })
}

const deleteAliases = statement(({ call_id, number }: { call_id: string; number: number }) =>
  queries.deleteFrom('ebra_aliases').where('call_id', '=', call_id).where('number', '=', number),
)

const insertAlias = statement(
  ({ provider, alias, call_id, number }: { provider: string; alias: string; call_id: string; number: number }) =>
    queries
      .insertInto('ebra_aliases')
      .values({ provider, alias, call_id, number })
      .onConflict((conflict) => conflict.doNothing()),
)
