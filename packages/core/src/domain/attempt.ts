import type { Call, Problem } from './call.ts'
import type { JsonObject, Variables } from './json.ts'
import type { Outcome } from './outcome.ts'

/** Every status of an attempt, in the order of its life. */
export const attemptStatuses = ['PLACING', 'LIVE', 'UNCONFIRMED', 'HELD', 'ENDED'] as const

/**
 * Where an attempt stands. All but `ENDED` hold a slot and its number.
 *
 * - `PLACING`: claimed; its one dial request may leave until `sendBy` and be answered until `answerBy`.
 * - `LIVE`: the provider accepted it, or spoke of it.
 * - `UNCONFIRMED`: a request may have left and nobody can say whether the phone rang.
 * - `HELD`: silent past `staleAfterMs`, and the host chose to decide by `resolve`.
 * - `ENDED`: its outcome is known, it is given up as lost, or it was put back.
 */
export type AttemptStatus = (typeof attemptStatuses)[number]

/** How far a live attempt has come. */
export type AttemptPhase = 'queued' | 'ringing' | 'answered'

/** What became known of an attempt beyond its outcome. 256 kB together; the transcript is cut first. */
export interface AttemptDetails {
  /** The platform's own word, verbatim. */
  readonly reason?: string
  readonly answeredBy?: 'human' | 'machine' | 'fax' | 'unknown'
  readonly answeredAt?: Date
  readonly endedAt?: Date
  readonly durationSec?: number
  /** `amount` is a decimal string, `currency` an ISO 4217 code. */
  readonly cost?: { readonly amount: string; readonly currency: string }
  readonly recordingUrl?: string
  readonly transcript?: string
  readonly summary?: string
  /** Structured analysis. */
  readonly data?: JsonObject
}

/** One dial as the provider sees it. A provider keeps no state of its own: this is also what it gets back later. */
export interface DialRequest {
  /** `<call id>.<number>`: the idempotency key and our reference; at most 64 characters of `[a-z0-9.-]`. */
  readonly attemptId: string
  readonly callId: string
  readonly attemptNumber: number
  readonly to: string
  /** Null: the provider's own default. */
  readonly from: string | null
  readonly scriptId: string
  /** What the script may say. */
  readonly variables: Variables
  /** The host's bookkeeping; platforms other than HttpProvider do not send it. */
  readonly metadata: JsonObject
  /** This provider's part of the call's options, merged last. */
  readonly providerOptions: JsonObject
  readonly tenant: string | null
}

/** An attempt that was, or may have been, sent. */
export interface PlacedAttempt extends DialRequest {
  /** When the claim was made: no request left earlier. */
  readonly sentAt: Date
  /** Null: the answer was cut or never came. */
  readonly providerCallId: string | null
  /** What `place` asked us to keep (control URL, CallSid, room); at most 4 kB. */
  readonly providerState: JsonObject
}

/** One dial of a call: its history, and the fence that stale writers run into. */
export interface Attempt extends PlacedAttempt {
  readonly provider: string
  readonly status: AttemptStatus
  /** How far it came; null before the provider said anything. */
  readonly phase: AttemptPhase | null
  readonly outcome: Outcome | null
  readonly error: Problem | null
  readonly details: AttemptDetails
  /** True when it surely reached no phone and spent nothing. */
  readonly putBack: boolean
  /** Other ids by which the provider may speak of it. */
  readonly aliases: readonly string[]
  /** No dial request begins later. */
  readonly sendBy: Date
  /** Silent by then: unconfirmed. */
  readonly answerBy: Date
  readonly startedAt: Date
  readonly endedAt: Date | null
  /** The last time that the provider spoke of it, or its claim. */
  readonly lastSignAt: Date
  /** Grows with every write: a write that names an older one changes nothing. */
  readonly revision: number
}

/** An attempt beside the call that it dials. */
export interface CallWithAttempt<TMetadata extends object = JsonObject> {
  readonly call: Call<TMetadata>
  readonly attempt: Attempt
}
