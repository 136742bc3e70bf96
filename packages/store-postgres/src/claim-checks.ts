import type { LocatedAttempt } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { type AttemptRecord, locatedFromRecord } from './rows.ts'

/** Whom to look at, how many at once, and for how long nobody else does. */
export interface CheckParams {
  readonly limit: number
  readonly leaseMs: number
  readonly providers: readonly string[]
  readonly staleAfterMs: number
}

/** Attempts to look at now, and when the next will be. */
export interface Checks {
  readonly now: Date
  readonly due: readonly LocatedAttempt[]
  readonly nextDueInMs: number | null
}

/** Leases live attempts that somebody should look at, the most overdue first. */
export async function claimChecks(context: PostgresContext, { limit, leaseMs, providers, staleAfterMs }: CheckParams): Promise<Checks> {
  const { now, due, next_due_in_ms } = await context.call<ChecksAnswer>('claim_checks', limit, leaseMs, providers, staleAfterMs)
  return { now: new Date(now), due: (due ?? []).map(locatedFromRecord), nextDueInMs: next_due_in_ms }
}

interface ChecksAnswer {
  readonly now: string
  readonly due: readonly AttemptRecord[] | null
  readonly next_due_in_ms: number | null
}
