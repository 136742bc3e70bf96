import type { LocatedAttempt } from '@ebra/core'
import { sql } from 'kysely'
import type { Connection } from './connection.ts'
import { isLive } from './literals.ts'
import { locateAll } from './look-up.ts'
import { instantAfter } from './rows.ts'
import { queries, statement, valuesIn } from './statement.ts'

/** Which attempts to look at, and for how long nobody else should. */
export interface CheckParams {
  readonly limit: number
  readonly leaseMs: number
  readonly providers: readonly string[]
  readonly staleAfterMs: number
}

/** What is to be looked at now, and when something will be next. */
export interface Checks {
  readonly now: Date
  readonly due: readonly LocatedAttempt[]
  readonly nextDueInMs: number | null
}

/** Gives out live attempts whose time to be looked at has come, the most overdue first. The lease is their next time, and no write. */
export function claimChecks(connection: Connection, { limit, leaseMs, providers, staleAfterMs }: CheckParams): Checks {
  return connection.write((transaction) => {
    const { now } = transaction
    const names = JSON.stringify(providers)
    const due = transaction.all(dueAttempts, { now, names, silentSince: now - staleAfterMs, limit })
    for (const { call_id, number } of due) transaction.run(lease, { callId: call_id, number, until: instantAfter(now, leaseMs) })
    const next = transaction.get(nextCheck, { names, staleAfterMs })?.at ?? null
    return { now: new Date(now), due: locateAll(transaction, due), nextDueInMs: next === null ? null : Math.max(0, next - now) }
  })
}

const dueAttempts = statement((params: { now: number; names: string; silentSince: number; limit: number }) =>
  queries
    .selectFrom('ebra_attempts')
    .selectAll()
    .where(isLive)
    .where('check_at', '<=', params.now)
    .where((attempt) =>
      attempt.or([attempt('provider', 'in', valuesIn<string>(params.names)), attempt('last_sign_at', '<=', params.silentSince)]),
    )
    .orderBy('check_at')
    .limit(params.limit),
)

const lease = statement((params: { callId: string; number: number; until: number }) =>
  queries
    .updateTable('ebra_attempts')
    .set({ check_at: params.until })
    .where('call_id', '=', params.callId)
    .where('number', '=', params.number),
)

const nextCheck = statement(
  ({ names, staleAfterMs }: { names: string; staleAfterMs: number }) =>
    sql<{ readonly at: number | null }>`
    select min(iif(provider in ${valuesIn(names)}, check_at, max(check_at, last_sign_at + ${staleAfterMs}))) as at
    from ebra_attempts where status <> 'ENDED'`,
)
