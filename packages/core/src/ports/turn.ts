import type { AttemptWrite, LocatedAttempt } from '../domain/attempt-write.ts'
import type { Call } from '../domain/call.ts'
import type { Gate, GateReport } from '../domain/gate.ts'
import type { ProviderEvent } from './provider.ts'

/** By what an event may name its attempt. */
export interface AttemptKeys {
  readonly attemptIds: readonly string[]
  readonly providerCallIds: readonly { readonly provider: string; readonly id: string }[]
  /** Every attempt of these calls. */
  readonly callIds: readonly string[]
}

/** What a look-up asks for; each key defaults to none. */
export interface LookUpKeys extends Partial<AttemptKeys> {
  /** Of which to say whether they were seen before. */
  readonly events?: readonly EventKey[]
}

/** What the store knows of what was asked for. */
export interface LookUp {
  /** Database time. */
  readonly now: Date
  /** Every attempt that any of the keys names, each once. */
  readonly found: readonly LocatedAttempt[]
  /** Those of the events that were seen within a week. */
  readonly seen: readonly EventKey[]
}

/** An event whose attempt is not known yet, or not for certain. */
export interface ParkedEvent {
  readonly provider: string
  readonly event: ProviderEvent
}

/** The name of an event, unique within its provider. */
export interface EventKey {
  readonly provider: string
  readonly eventId: string
}

/** What a process may claim in a turn. */
export interface ClaimParams {
  readonly limit: number
  /** Only calls that name one of these, or none. The first dials those that name none. */
  readonly providers: readonly ClaimProvider[]
  /** `sendBy` is this long after the claim, or `expiresAt` if that is earlier. */
  readonly sendWindowMs: number
  /**
   * Takes what is free, whoever else wants it. Otherwise a process goes no further than its share while several want more than there is: the cap divided by their number, rounded up,
   * counted over the attempts that it claimed itself and that are live. A process wants more for two seconds after a claim of its own left due calls for want of slots.
   */
  readonly beyondShare: boolean
}

/** A provider's limits as a claim respects them. */
export interface ClaimProvider {
  readonly name: string
  /** `answerBy` is this long after `sendBy`. */
  readonly placeTimeoutMs: number
  /** Live attempts that the platform allows; null: no limit of its own. */
  readonly maxConcurrent: number | null
}

/** What core decided since the turn before. Spans, never instants: the clock is the store's. */
export interface Turn {
  readonly by: { readonly processId: string; readonly number: number }
  /** At most one for an attempt. */
  readonly writes: readonly AttemptWrite[]
  /** Numbers of this process's turns whose COMMIT was never answered: what they claimed was never dialed, and is put back. */
  readonly abandoned: readonly number[]
  /** Events that changed nothing, so that no write carries them. */
  readonly seen: readonly EventKey[]
  /** A repeated key is parked once. */
  readonly parked: readonly ParkedEvent[]
  /** Parked events that an earlier turn applied, or that proved useless. */
  readonly unparked: readonly EventKey[]
  /** What dials tell the gates. A report whose attempt is in `missed` is skipped: whoever decides it again makes it again. */
  readonly gates: readonly GateReport[]
  /** Ends PENDING calls whose `expiresAt` has passed, at most 1 000 a turn. */
  readonly expireDue: boolean
  readonly claim: ClaimParams | null
}

/** A call that this process may now dial. */
export interface ClaimedAttempt extends LocatedAttempt {
  /** Refusals of this call that others under the same gate have outlived. */
  readonly strikes: number
}

/** What a turn did. */
export interface TurnResult {
  /** Database time. */
  readonly now: Date
  /** Ids of the attempts whose write did not hold: nothing of it was written. What every other made of its record is told by `written`. */
  readonly missed: readonly string[]
  readonly claimed: readonly ClaimedAttempt[]
  readonly expired: readonly Call[]
  /** Every gate that is closed, or counting towards it, as of this turn. */
  readonly gates: readonly Gate[]
  readonly gatesClosed: readonly Gate[]
  readonly gatesOpened: readonly Gate[]
  /**
   * Parked events may have found their attempt: `findJoinable` tells. As of the end of this turn; where transactions overlap, with those whose own transaction could not see the id that
   * another wrote.
   */
  readonly mayJoin: boolean
  /** Slots are free and calls are due that this process left to others, for the sake of its share. */
  readonly leftToOthers: boolean
  /** Until the earliest moment at which a turn could claim or expire something, as far as is known; null: nothing waits. */
  readonly nextDueInMs: number | null
}
