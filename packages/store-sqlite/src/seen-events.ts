import { hash } from 'node:crypto'
import type { EventKey } from '@ebra/core'
import { sql } from 'kysely'
import type { Transaction } from './connection.ts'
import { queries, statement } from './statement.ts'

/** Says which of these events were seen within the last week. */
export function seenAmong(transaction: Transaction, keys: readonly EventKey[]): readonly EventKey[] {
  return keys.filter((key) => isSeen(transaction, seenKey(key)))
}

/** Remembers an event. */
export function recordSeen(transaction: Transaction, key: EventKey): void {
  noteSeen(transaction, seenKey(key))
}

/** Under which key an event is remembered: sixteen bytes in place of names of any length, so that what is written with every webhook stays small. */
export function seenKey({ provider, eventId }: EventKey): Uint8Array {
  return hash('sha256', `${provider}\0${eventId}`, 'buffer').subarray(0, 16)
}

/** Whether the event of a key was seen within the last week. */
export function isSeen(transaction: Transaction, key: Uint8Array): boolean {
  const since = transaction.now - keptForMs
  return transaction.get(seenEvent, { key, first: dayOf(since), since }) !== undefined
}

/** Remembers the event of a key. */
export function noteSeen(transaction: Transaction, key: Uint8Array): void {
  transaction.run(insertSeen, { day: dayOf(transaction.now), key, now: transaction.now })
}

/** Drops the days of which nothing counts as seen any longer, a part at a time. */
export function forgetSeen(transaction: Transaction): void {
  transaction.run(deleteSeen, { day: dayOf(transaction.now - keptForMs), limit: maxForgotten })
}

const dayMs = 86_400_000
const keptForMs = 7 * dayMs
/** As many events as are dropped at once. */
const maxForgotten = 10_000

function dayOf(ms: number): number {
  return Math.floor(ms / dayMs)
}

/** A week has parts of eight days. Tomorrow counts as well: a clock may have been put back since. */
const keptDays = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const

const seenEvent = statement((params: { key: Uint8Array; first: number; since: number }) =>
  queries
    .selectFrom('ebra_seen_events')
    .select('day')
    .where(
      'day',
      'in',
      keptDays.map((day) => sql<number>`${params.first} + ${sql.lit(day)}`),
    )
    .where('key', '=', params.key)
    .where('seen_at', '>', params.since)
    .limit(1),
)

const insertSeen = statement((params: { day: number; key: Uint8Array; now: number }) =>
  queries
    .insertInto('ebra_seen_events')
    .values({ day: params.day, key: params.key, seen_at: params.now })
    .onConflict((conflict) => conflict.doNothing()),
)

const deleteSeen = statement(({ day, limit }: { day: number; limit: number }) =>
  queries.deleteFrom('ebra_seen_events').where('day', '<', day).limit(limit),
)
