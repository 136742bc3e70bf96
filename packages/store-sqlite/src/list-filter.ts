import { callStatuses, type ListQuery } from '@ebra/core'
import { type ExpressionBuilder, sql } from 'kysely'
import { unindexed } from './literals.ts'
import type { Tables } from './schema.ts'
import { queries } from './statement.ts'

/** By which index a list is read: the narrowest that the query allows. */
export type Driver = 'number' | 'unconfirmed' | 'tenant' | 'script' | 'status' | 'age' | 'id'

/** Chooses the index. The number of a call says most; its age, and nothing at all, say least. */
export function driverFor({ to, unconfirmed, tenant, scriptId, status, createdAfter, createdBefore }: ListQuery): Driver {
  if (to !== undefined) return 'number'
  if (unconfirmed === true) return 'unconfirmed'
  if (tenant !== undefined) return 'tenant'
  if (scriptId !== undefined) return 'script'
  if (status !== undefined) return 'status'
  return createdAfter !== undefined || createdBefore !== undefined ? 'age' : 'id'
}

/**
 * Queries for the ids of the calls that match, in no order; together they find each once. An index over several columns is in the order of ids only for one value of all the
 * others, so where the status is one of its columns it is read status by status.
 */
export function matchingIds(query: ListQuery, driver: Driver) {
  const { status } = query
  if (hasStatusColumn.includes(driver))
    return [...new Set(status ?? callStatuses)].map((one) => idsWhere(query, driver).where('status', '=', one))
  return [status === undefined ? idsWhere(query, driver) : idsWhere(query, driver).where(unindexed('status'), 'in', status)]
}

const hasStatusColumn: readonly Driver[] = ['tenant', 'script', 'status']

function idsWhere(query: ListQuery, driver: Driver) {
  return queries
    .selectFrom('ebra_calls')
    .select('id')
    .where((calls) => calls.and(conditionsOf(calls, query, driver)))
}

type Calls = ExpressionBuilder<Tables, 'ebra_calls'>

function conditionsOf(calls: Calls, { to, unconfirmed, tenant, scriptId, createdAfter, createdBefore }: ListQuery, driver: Driver) {
  const column = <T>(name: string, drivenBy: Driver) => (driver === drivenBy ? sql.ref<T>(name) : unindexed<T>(name))
  const conditions = []
  if (to !== undefined) conditions.push(calls('to_number', '=', to))
  if (unconfirmed === true) conditions.push(calls(column<string>('id', 'unconfirmed'), 'in', unconfirmedIds))
  if (tenant !== undefined) conditions.push(calls(column<string>('tenant', 'tenant'), '=', tenant))
  if (scriptId !== undefined) conditions.push(calls(column<string>('script_id', 'script'), '=', scriptId))
  if (createdAfter !== undefined) conditions.push(calls(column<number>('created_at', 'age'), '>=', createdAfter.getTime()))
  if (createdBefore !== undefined) conditions.push(calls(column<number>('created_at', 'age'), '<', createdBefore.getTime()))
  return conditions
}

const unconfirmedIds = sql<string>`(select call_id from ebra_attempts where status <> 'ENDED' and status in ('UNCONFIRMED', 'HELD'))`
