import type { Effect } from '../domain/attempt-steps.ts'
import type { AttemptWrite, LocatedAttempt } from '../domain/attempt-write.ts'
import type { Fact } from '../domain/facts.ts'
import type { IncomingEvent } from './bind-event.ts'
import type { ParkingReason } from './events.ts'

/** What became of a fact or an event, once it is durable. */
export type WorkResult =
  | { readonly kind: 'applied'; readonly record: LocatedAttempt }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'parked'; readonly reason: ParkingReason }

/** A fact of a known attempt, to be written with the next turn. */
export interface FactWork {
  readonly kind: 'fact'
  readonly attemptId: string
  readonly fact: Fact
  /** As it was last read; null: to be read again. */
  readonly record: LocatedAttempt | null
}

/** A webhook's event, to be bound and written with the next turn. */
export interface EventWork extends IncomingEvent {
  readonly kind: 'event'
  /** It was parked before, and is looked at again. */
  readonly isParked: boolean
}

/** A write whose COMMIT was never answered: if it was made, nobody has been told yet. */
interface UncertainWrite {
  readonly write: AttemptWrite
  readonly before: LocatedAttempt
  readonly fact: Fact
  readonly effects: readonly Effect[]
}

/** Work and whoever waits for it. */
export interface QueuedWork {
  readonly work: FactWork | EventWork
  /** Writes that lost their race so far. */
  readonly misses: number
  readonly uncertain: UncertainWrite | null
  settle(result: WorkResult): void
  fail(error: unknown): void
}
