import { type CallPage, isUuid, type ListQuery, ValidationError } from '@ebra/core'
import { sql } from 'kysely'
import type { Connection, Transaction } from './connection.ts'
import { readCounts } from './counts.ts'
import { selectCalls } from './find-call.ts'
import { type Driver, driverFor, matchingIds } from './list-filter.ts'
import { unindexed } from './literals.ts'
import { callFromRow } from './rows.ts'
import { queries, statement, valuesIn } from './statement.ts'

/** Reads a page of the calls that match, newest first. */
export function listCalls(connection: Connection, query: ListQuery): CallPage {
  const { cursor, page = 1, pageSize = 20 } = query
  const before = cursor === undefined ? null : idFromCursor(cursor)
  return connection.read((transaction) => {
    const total = before === null ? countMatches(transaction, query) : null
    const offset = before === null ? (page - 1) * pageSize : 0
    const found = readIds(transaction, query, { driver: orderingDriver(query, total), before, limit: pageSize + 1, offset })
    const ids = found.slice(0, pageSize)
    return {
      items: transaction.all(callsInOrder, { ids: JSON.stringify(ids) }).map((row) => callFromRow(row, row)),
      page: before === null ? page : null,
      pageSize,
      total,
      totalPages: total === null ? null : Math.ceil(total / pageSize),
      nextCursor: found.length > pageSize ? cursorFromId(ids.at(-1)) : null,
    }
  })
}

/** Matches are counted so far, and no further. */
const maxCounted = 10_000

function countMatches(transaction: Transaction, query: ListQuery): number | null {
  const driver = driverFor(query)
  if (driver === 'id') return sum(Object.values(readCounts(transaction).present))
  if (driver === 'status' && query.createdAfter === undefined && query.createdBefore === undefined) {
    const { present } = readCounts(transaction)
    return sum([...new Set(query.status)].map((status) => present[status]))
  }
  const counts = matchingIds(query, driver).map((ids) => {
    const counted = queries.selectFrom(ids.limit(maxCounted + 1).as('counted'))
    return transaction.query(counted.select((match) => match.fn.countAll<number>().as('count')))[0]?.count ?? 0
  })
  return sum(counts) > maxCounted ? null : sum(counts)
}

/** Few calls of an age are read by their age, and sorted. Many are so many that a walk from the newest soon meets them. */
function orderingDriver(query: ListQuery, total: number | null): Driver {
  const driver = driverFor(query)
  return driver === 'age' && total === null ? 'id' : driver
}

interface Slice {
  readonly driver: Driver
  /** Only ids below this one. */
  readonly before: string | null
  readonly limit: number
  readonly offset: number
}

function readIds(transaction: Transaction, query: ListQuery, { driver, before, limit, offset }: Slice): readonly string[] {
  const [first, ...others] = matchingIds(query, driver).map((ids) => {
    const below = before === null ? ids : ids.where('id', '<', before)
    const newest = below.orderBy(driver === 'age' ? unindexed('id') : sql.ref('id'), 'desc').limit(limit + offset)
    return queries.selectFrom(newest.as('newest')).select('id')
  })
  if (first === undefined) return []
  const all = others.reduce((union, ids) => union.unionAll(ids), first)
  return transaction.query(all.orderBy('id', 'desc').limit(limit).offset(offset)).map(({ id }) => id)
}

const callsInOrder = statement(({ ids }: { ids: string }) =>
  selectCalls().where('call.id', 'in', valuesIn<string>(ids)).orderBy('call.id', 'desc'),
)

function cursorFromId(id: string | undefined): string | null {
  return id === undefined ? null : Buffer.from(id).toString('base64url')
}

function idFromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (isUuid(id)) return id
  throw new ValidationError([{ path: 'cursor', message: 'Expected the nextCursor of an earlier page.' }])
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
