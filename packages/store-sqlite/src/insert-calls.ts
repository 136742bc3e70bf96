import type { InsertResult, NewCall } from '@ebra/core'
import { sql } from 'kysely'
import type { Connection, Transaction } from './connection.ts'
import { addCounts, countMoved } from './counts.ts'
import { selectCalls } from './find-call.ts'
import { type KeyBearer, keysToJson, planInsert } from './insert-plan.ts'
import { type NewCallRow, newCallColumns, newCallRow } from './new-call.ts'
import { callFromRow } from './rows.ts'
import { queries, type Statement, statement, valuesIn } from './statement.ts'

/** Inserts all calls, in order, or none. */
export function insertCalls(connection: Connection, { calls }: { readonly calls: readonly NewCall[] }): readonly InsertResult[] {
  return connection.write((transaction) => insertWithin(transaction, calls))
}

/** The same within a transaction. */
export function insertWithin(transaction: Transaction, calls: readonly NewCall[]): readonly InsertResult[] {
  const keys = keysToJson(calls)
  const plan = planInsert(calls, keys === null ? [] : transaction.all(bearersOfKeys, { keys }))
  if (plan.refused.length > 0) return plan.refused
  for (const rows of rowsInChunks(plan.added, transaction.now)) transaction.run(insertOf(rows.length), rows)
  countMoved(transaction, null, 'PENDING', plan.added.length)
  const replayed = plan.replayedIds.length === 0 ? [] : transaction.all(callsByIds, { ids: JSON.stringify(plan.replayedIds) })
  return plan.answer(
    replayed.map((row) => callFromRow(row, row)),
    transaction.now,
  )
}

/** The same within a host's transaction on Kysely, whose statements take turns with everything else that the host does. */
export async function insertAmidst(host: AsyncTransaction, calls: readonly NewCall[]): Promise<readonly InsertResult[]> {
  const keys = keysToJson(calls)
  const plan = planInsert(calls, keys === null ? [] : await host.all(bearersOfKeys, { keys }))
  if (plan.refused.length > 0) return plan.refused
  for (const rows of rowsInChunks(plan.added, host.now)) await host.run(insertOf(rows.length), rows)
  const count = plan.added.length
  if (count > 0) await host.run(addCounts, { status: 'PENDING', present: count, entered: count })
  const replayed = plan.replayedIds.length === 0 ? [] : await host.all(callsByIds, { ids: JSON.stringify(plan.replayedIds) })
  return plan.answer(
    replayed.map((row) => callFromRow(row, row)),
    host.now,
  )
}

/** A {@link Transaction} that is waited for. */
export interface AsyncTransaction {
  readonly now: number
  all<TParams, TRow>(statement: Statement<TParams, TRow>, params: TParams): Promise<readonly TRow[]>
  run<TParams, TRow>(statement: Statement<TParams, TRow>, params: TParams): Promise<void>
}

/** Measured: statements of fifty rows insert a third faster than single ones, larger ones no faster. */
const chunkSize = 50

/** Full chunks, then single rows, so that only two statements are ever prepared. */
function* rowsInChunks(calls: readonly NewCall[], now: number): Generator<readonly NewCallRow[]> {
  const rows = calls.map((call) => newCallRow(call, now))
  const chunked = rows.length - (rows.length % chunkSize)
  for (let start = 0; start < chunked; start += chunkSize) yield rows.slice(start, start + chunkSize)
  for (const row of rows.slice(chunked)) yield [row]
}

function insertOf(count: number): Statement<readonly NewCallRow[], never> {
  return count === chunkSize ? insertChunk : insertOne
}

const insertOne = insertStatement(1)
const insertChunk = insertStatement(chunkSize)

function insertStatement(count: number): Statement<readonly NewCallRow[], never> {
  const row = sql`(${sql.join(newCallColumns)})`
  const rows = sql.join(Array.from({ length: count }, () => row))
  const insert = statement(() => queries.insertInto('ebra_calls').columns(newCallColumns).expression(sql`values ${rows}`))
  return {
    get sql() {
      return insert.sql
    },
    valuesOf: (rows) => rows.flatMap((row) => newCallColumns.map((column) => row[column])),
  }
}

const bearersOfKeys = statement(
  ({ keys }: { keys: string }) => sql<KeyBearer>`
    select call.id, ifnull(tenant, '') as tenant, idempotency_key as key, idempotency_fingerprint as fingerprint
    from json_each(${keys}) as wanted cross join ebra_calls as call
    where ifnull(tenant, '') = wanted.value ->> 0 and idempotency_key = wanted.value ->> 1`,
)

const callsByIds = statement(({ ids }: { ids: string }) => selectCalls().where('call.id', 'in', valuesIn<string>(ids)))
