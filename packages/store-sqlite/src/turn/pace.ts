import type { Transaction } from '../connection.ts'
import type { ControlRow } from '../schema.ts'
import { queries, statement } from '../statement.ts'

/** How many dials a fleet may begin now, at so many a second: a bucket of tokens. Without a pace there is no end of them. */
export function tokensAt(control: ControlRow, now: number): number {
  if (control.dials_per_second === null) return Number.POSITIVE_INFINITY
  const burst = burstOf(control.dials_per_second)
  const elapsedMs = now - control.refilled_at
  // A clock that was put back must not stop all dials until it has caught up.
  if (elapsedMs < -tolerableRollbackMs) return burst
  return Math.min(burst, control.tokens + (Math.max(0, elapsedMs + roundingErrorMs) / 1_000) * control.dials_per_second)
}

/** Milliseconds until a whole token is there; 0: it is. */
export function msUntilToken({ dials_per_second }: ControlRow, tokens: number): number {
  return dials_per_second === null || tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / dials_per_second) * 1_000 - roundingErrorMs)
}

/** What a long rest earns: a twentieth of a second's dials, and at least one. */
export function burstOf(dialsPerSecond: number): number {
  return Math.max(1, dialsPerSecond * 0.05)
}

/** Records how many tokens are left, as of now. */
export function writeTokens(transaction: Transaction, tokens: number): void {
  transaction.run(updateTokens, { tokens, now: transaction.now })
}

const tolerableRollbackMs = 10_000
const roundingErrorMs = 1e-6

const updateTokens = statement(({ tokens, now }: { tokens: number; now: number }) =>
  queries.updateTable('ebra_control').set({ tokens, refilled_at: now }),
)
