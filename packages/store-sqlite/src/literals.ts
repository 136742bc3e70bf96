import { sql } from 'kysely'

// A partial index serves only a query that repeats its condition word for word: a parameter in place of the literal, and the table is scanned.

/** The attempt holds a slot and its number. */
export const isLive = sql<boolean>`status <> 'ENDED'`

/** The call stands where a claim looks for it. */
export const isClaimable = sql<boolean>`status = 'PENDING' and waits_for is null`

/** The name of the lane in which a call waits to be claimed: its provider, or nothing. */
export const laneName = sql<string>`ifnull(provider, '')`
