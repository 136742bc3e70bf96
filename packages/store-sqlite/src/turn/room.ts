import type { ClaimParams } from '@ebra/core'
import type { Transaction } from '../connection.ts'
import { readLimits } from '../control.ts'
import { isLive } from '../literals.ts'
import { queries, statement } from '../statement.ts'
import { msUntilToken, tokensAt, writeTokens } from './pace.ts'

/** How much a claim may still take of the cap, of the pace, of its own limit and of each provider's. */
export interface Room {
  /** How many more calls may be claimed, whoever dials them. */
  left(): number
  hasSlot(): boolean
  hasRoomWith(provider: string): boolean
  take(provider: string): void
  /** Milliseconds until the pace allows another dial; 0: it does. */
  msUntilDial(): number
  /** Writes what was taken of the pace. */
  settle(): void
}

/** Counts what is live and what is free. Nobody else counts at the same time: the transaction holds the one write lock. */
export function roomFor(transaction: Transaction, { limit, providers }: ClaimParams): Room {
  const control = readLimits(transaction)
  const live = new Map(transaction.all(liveByProvider, {}).map(({ provider, count }) => [provider, count]))
  const caps = new Map(providers.map(({ name, maxConcurrent }) => [name, maxConcurrent ?? Number.POSITIVE_INFINITY]))
  const slots = (control.override ?? control.configured ?? 0) - [...live.values()].reduce((sum, count) => sum + count, 0)
  const tokens = tokensAt(control, transaction.now)
  let taken = 0
  return {
    left: () => Math.max(0, Math.min(limit, slots, Math.floor(tokens)) - taken),
    hasSlot: () => slots > taken,
    hasRoomWith: (provider) => (caps.get(provider) ?? 0) > (live.get(provider) ?? 0),
    take(provider) {
      taken += 1
      live.set(provider, (live.get(provider) ?? 0) + 1)
    },
    msUntilDial: () => msUntilToken(control, tokens - taken),
    settle() {
      if (taken > 0 && control.dials_per_second !== null) writeTokens(transaction, tokens - taken)
    },
  }
}

const liveByProvider = statement(() =>
  queries
    .selectFrom('ebra_attempts')
    .select((attempt) => ['provider', attempt.fn.countAll<number>().as('count')])
    .where(isLive)
    .groupBy('provider'),
)
