import type { Rules } from '../../src/domain/rules.ts'

/** A tick in milliseconds; as long as the margin that a repeat keeps from the end of its window. */
export const tickMs = 5_000
/** When it always is: states hold ages, so the present never moves. */
export const now = new Date('2026-03-01T12:00:00.000Z')
/** A claim sends within so many ticks. */
export const sendWindow = 1

/** What differs between two worlds in which the protocol has to hold. Spans in ticks. */
export interface Settings {
  readonly workers: number
  /** Numbers that are claimed at most, so that put-backs come to an end. */
  readonly maxNumber: number
  readonly maxAttempts: number
  /** An answer is waited for, and a request is under way, for so long at most. */
  readonly placeTimeout: number
  /** For how long the platform recognises a key; null: never. */
  readonly window: number | null
  /** How far its index lags behind; null: it cannot be asked. */
  readonly lag: number | null
  readonly stale: number
  readonly onLost: Rules['onLost']
  readonly canCancel: boolean
}

/** The instant that lies so many ticks back. */
export function ago(ticks: number): Date {
  return new Date(now.getTime() - ticks * tickMs)
}

/** What the lifecycle decides by. A retry or a put-back is due at once: claims may come as late as they like anyway. */
export function rulesOf({ window, lag, stale, onLost }: Settings): Rules {
  return {
    now,
    onLost,
    staleAfterMs: stale * tickMs,
    retry: () => ({ retryInMs: 0 }),
    random: () => 0,
    storeDetails: 'facts',
    reconcile: { afterMs: 60_000, everyMs: 30_000 },
    canAsk: window !== null || lag !== null,
    isRepeated: window !== null,
    canExpire: true,
  }
}

/** From this age on an attempt is as old as it can be, for all that is ever asked of its age. */
export function oldest({ window, lag, placeTimeout }: Settings): number {
  return Math.max(sendWindow + placeTimeout, window ?? 0) + (lag ?? 0)
}
