import { hash } from 'node:crypto'
import type { EventKey } from '@ebra/core'
import type { Transaction } from './connection.ts'
import { queries, statement, valuesIn } from './statement.ts'

/** Says which of these events were seen within the last week. */
export function seenAmong(transaction: Transaction, keys: readonly EventKey[]): readonly EventKey[] {
  const since = transaction.now - keptForMs
  const days = JSON.stringify(daysFrom(since, transaction.now))
  return keys.filter((key) => transaction.get(seenEvent, { key: seenKey(key), days, since }) !== undefined)
}

/** Remembers an event. */
export function recordSeen(transaction: Transaction, key: EventKey): void {
  transaction.run(insertSeen, { day: dayOf(transaction.now), key: seenKey(key), now: transaction.now })
}

/** Drops the days of which nothing counts as seen any longer, a part at a time. */
export function forgetSeen(transaction: Transaction): void {
  transaction.run(deleteSeen, { day: dayOf(transaction.now - keptForMs), limit: maxForgotten })
}

const dayMs = 86_400_000
const keptForMs = 7 * dayMs
/** As many events as are dropped at once. */
const maxForgotten = 10_000

/** Sixteen bytes in place of names of any length: what is written with every webhook stays small. */
function seenKey({ provider, eventId }: EventKey): Uint8Array {
  return hash('sha256', `${provider}\0${eventId}`, 'buffer').subarray(0, 16)
}

/** Tomorrow counts as well: a clock may have been put back since. */
function daysFrom(since: number, now: number): readonly number[] {
  const first = dayOf(since)
  return Array.from({ length: dayOf(now) + 2 - first }, (_, index) => first + index)
}

function dayOf(ms: number): number {
  return Math.floor(ms / dayMs)
}

const seenEvent = statement((params: { key: Uint8Array; days: string; since: number }) =>
  queries
    .selectFrom('ebra_seen_events')
    .select('day')
    .where('day', 'in', valuesIn<number>(params.days))
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
