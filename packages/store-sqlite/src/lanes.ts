import { sql } from 'kysely'
import type { Transaction } from './connection.ts'
import { isClaimable, laneName } from './literals.ts'
import type { CallRow } from './schema.ts'
import { queries, statement } from './statement.ts'

/** Calls of one provider and one priority that wait to be claimed. */
export interface Lane {
  /** Empty: calls that name no provider. */
  readonly name: string
  readonly priority: number
  /** When the first of them is, or was, due. */
  readonly due_at: number
  /** When the first of those that are not due yet will be; null: all are due. */
  readonly upcoming_at: number | null
}

/** Reads every lane in which a call waits, the highest priority first. */
export function readLanes(transaction: Transaction): readonly Lane[] {
  return transaction.all(lanes, { now: transaction.now })
}

/** Reads the first due calls of a lane, in the order of claims. Those whose deadline has passed are left for the expiry. */
export function readDue(transaction: Transaction, { name, priority }: Lane, limit: number): readonly CallRow[] {
  return transaction.all(dueInLane, { name, priority, now: transaction.now, limit })
}

/**
 * Leaps along the index from lane to lane, and never reads along one: what it costs does not depend on how many calls wait, or for when. There are few providers, and 201
 * priorities at most.
 */
const lanes = statement(({ now }: { now: number }) => {
  const waiting = sql`from ebra_calls where ${isClaimable}`
  return sql<Lane>`
    with recursive
      provider_lane (name) as (
        select (select min(${laneName}) ${waiting})
        union all
        select (select min(${laneName}) ${waiting} and ${laneName} > name) from provider_lane where name is not null
      ),
      lane (name, priority) as (
        select name, (select max(priority) ${waiting} and ${laneName} = name) from provider_lane where name is not null
        union all
        select name, (select max(priority) ${waiting} and ${laneName} = name and priority < lane.priority)
        from lane where priority is not null
      )
    select
      name,
      priority,
      (select min(next_attempt_at) ${waiting} and ${laneName} = lane.name and priority = lane.priority) as due_at,
      (
        select min(next_attempt_at) ${waiting} and ${laneName} = lane.name and priority = lane.priority and next_attempt_at > ${now}
      ) as upcoming_at
    from lane where priority is not null order by priority desc`
})

const dueInLane = statement((params: { name: string; priority: number; now: number; limit: number }) =>
  queries
    .selectFrom('ebra_calls')
    .selectAll()
    .where(isClaimable)
    .where(laneName, '=', params.name)
    .where('priority', '=', params.priority)
    .where('next_attempt_at', '<=', params.now)
    .where((call) => call.or([call('expires_at', 'is', null), call('expires_at', '>', params.now)]))
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(params.limit),
)
