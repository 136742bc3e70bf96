import { type RawBuilder, sql } from 'kysely'

// A partial index serves only a query that repeats its condition word for word: a parameter in place of the literal, and the table is scanned.

/** The attempt holds a slot and its number. */
export const isLive = sql<boolean>`status <> 'ENDED'`

/** The call is PENDING, the only status in which it has a time to be due. */
export const isPending = sql<boolean>`next_attempt_at is not null`

/** The call stands where a claim looks for it. */
export const isClaimable = sql<boolean>`next_attempt_at is not null and waits_for is null`

/** The name of the lane in which a call waits to be claimed: its provider, or nothing. */
export const laneName = sql<string>`ifnull(provider, '')`

/** A column that no index may be used for: without statistics SQLite would as soon take one that narrows little, or saves only a sort. */
export function unindexed<T>(column: string): RawBuilder<T> {
  return sql<T>`+${sql.ref(column)}`
}
