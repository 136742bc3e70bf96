import type { Attempt, AttemptDetails, AttemptPhase, AttemptStatus, CallWithAttempt } from './attempt.ts'
import type { CallStatus, Problem } from './call.ts'
import type { JsonObject } from './json.ts'
import type { Outcome } from './outcome.ts'

/** An attempt with what decides whether it may still move its call. */
export interface LocatedAttempt extends CallWithAttempt {
  /** No newer attempt of the call has been claimed. */
  readonly isLatest: boolean
}

/** The columns of an attempt that a fact can change. */
export interface AttemptNext {
  readonly status: AttemptStatus
  readonly phase: AttemptPhase | null
  readonly outcome: Outcome | null
  readonly error: Problem | null
  readonly details: AttemptDetails
  readonly putBack: boolean
  readonly providerCallId: string | null
  readonly aliases: readonly string[]
  readonly providerState: JsonObject
}

/** How a call moves with its attempt. Needs `from` still to be its status and this attempt to be its latest. */
export interface CallMove {
  readonly from: CallStatus
  readonly status: CallStatus
  readonly outcome: Outcome | null
  readonly lastError: Problem | null
  /** Spent attempts, as they are from now on. */
  readonly attempts: number
  /** When it is due again; only for PENDING. */
  readonly dueInMs: number | null
}

/** The state that core decided for an attempt and its call. It holds only where `revision` and `call.from` are still true, and where nothing speaks against the event that led here. */
export interface AttemptWrite {
  readonly attemptId: string
  /** The attempt's revision as core read it. */
  readonly revision: number
  /** Every one of these is written as given. */
  readonly next: AttemptNext
  /** The provider spoke of it: `lastSignAt` becomes now. */
  readonly isSign: boolean
  /** When somebody should look at it again; null leaves the time as it is, and is ignored once it ended. */
  readonly checkInMs: number | null
  /** Null: the call stays as it is. */
  readonly call: CallMove | null
  /** Ids of the provider's events that led here: recorded as seen if the write holds, which it does not where one of them was seen within a week. */
  readonly seen: readonly string[]
  /** Ids by which the provider named the attempt, and which nobody has looked up: the write does not hold where another attempt at that provider bears one of them. */
  readonly namedBy: readonly string[]
}

/** The columns of an attempt as they are, to change some of them. */
export function nextOf(attempt: Attempt): AttemptNext {
  const { status, phase, outcome, error, details, putBack, providerCallId, aliases, providerState } = attempt
  return { status, phase, outcome, error, details, putBack, providerCallId, aliases, providerState }
}
