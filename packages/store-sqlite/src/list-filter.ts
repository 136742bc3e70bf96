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
 * others, so a list by status is read status by status.
 */
export function matchingIds(query: ListQuery, driver: Driver) {
  const { status } = query
  if (inOrderPerStatus.includes(driver))
    return [...new Set(status ?? callStatuses)].map((each) => idsWhere(query, driver).where('status', '=', each))
  return [status === undefined ? idsWhere(query, driver) : idsWhere(query, driver).where(unindexed('status'), 'in', status)]
}

const inOrderPerStatus: readonly Driver[] = ['tenant', 'script', 'status']

type Calls = ExpressionBuilder<Tables, 'ebra_calls'>

function idsWhere(query: ListQuery, driver: Driver) {
  return queries
    .selectFrom('ebra_calls')
    .select('id')
    .where((calls) => calls.and(conditionsOf(calls, query, driver)))
}

function conditionsOf(calls: Calls, { to, unconfirmed, tenant, scriptId, createdAfter, createdBefore }: ListQuery, driver: Driver) {
  const age = driver === 'age' ? calls.ref('created_at') : unindexed<number>('created_at')
  return [
    ...(to === undefined ? [] : [calls('to_number', '=', to)]),
    ...(unconfirmed === true ? [calls(driver === 'unconfirmed' ? calls.ref('id') : unindexed<string>('id'), 'in', unconfirmedIds)] : []),
    ...(tenant === undefined ? [] : [calls(driver === 'tenant' ? calls.ref('tenant') : unindexed<string>('tenant'), '=', tenant)]),
    ...(scriptId === undefined
      ? []
      : [calls(driver === 'script' ? calls.ref('script_id') : unindexed<string>('script_id'), '=', scriptId)]),
    ...(createdAfter === undefined ? [] : [calls(age, '>=', createdAfter.getTime())]),
    ...(createdBefore === undefined ? [] : [calls(age, '<', createdBefore.getTime())]),
  ]
}

const unconfirmedIds = sql<string>`(select call_id from ebra_attempts where status <> 'ENDED' and status in ('UNCONFIRMED', 'HELD'))`
