import type { ClaimParams, Turn } from '@ebra/core'
import type { Transaction } from '../connection.ts'
import { readLimits } from '../control.ts'
import { isLive } from '../literals.ts'
import { queries, statement } from '../statement.ts'
import { othersContending } from './contenders.ts'
import { msUntilToken, tokensAt, writeTokens } from './pace.ts'

/** How much a claim may still take of the cap, of its process's share, of the pace, of its own limit and of each provider's. */
export interface Room {
  /** How many more calls may be claimed, whoever dials them. */
  left(): number
  hasSlot(): boolean
  /** Whether slots are all that keeps the process from claiming more: there are none, or none that it may have. */
  isShort(): boolean
  hasRoomWith(provider: string): boolean
  take(provider: string): void
  /** Milliseconds until the pace allows another dial; 0: it does. */
  msUntilDial(): number
  /** Writes what was taken of the pace. */
  settle(): void
}

/** Counts what is live and what is free. Nobody else counts at the same time: the transaction holds the one write lock. */
export function roomFor(transaction: Transaction, { processId }: Turn['by'], { limit, providers, beyondShare }: ClaimParams): Room {
  const control = readLimits(transaction)
  const capacity = control.override ?? control.configured ?? 0
  const groups = transaction.all(liveByProvider, { processId })
  const live = new Map(groups.map(({ provider, count }) => [provider, count]))
  const caps = new Map(providers.map(({ name, maxConcurrent }) => [name, maxConcurrent ?? Number.POSITIVE_INFINITY]))
  const slots = capacity - groups.reduce((sum, { count }) => sum + count, 0)
  const others = beyondShare ? 0 : othersContending(transaction, processId)
  const own = groups.reduce((sum, group) => sum + group.own, 0)
  const share = others === 0 ? slots : Math.min(slots, Math.ceil(capacity / (others + 1)) - own)
  const tokens = tokensAt(control, transaction.now)
  let taken = 0
  return {
    left: () => Math.max(0, Math.min(limit, share, Math.floor(tokens)) - taken),
    hasSlot: () => slots > taken,
    isShort: () => taken >= share && taken < limit,
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

const liveByProvider = statement(({ processId }: { processId: string }) =>
  queries
    .selectFrom('ebra_attempts')
    .select((attempt) => [
      'provider',
      attempt.fn.countAll<number>().as('count'),
      attempt.fn.countAll<number>().filterWhere('claimed_by', '=', processId).as('own'),
    ])
    .where(isLive)
    .groupBy('provider'),
)
