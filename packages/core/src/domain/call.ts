import type { JsonObject, Variables } from './json.ts'
import type { Outcome } from './outcome.ts'

/** Every status of a call, in the order of its life. */
export const callStatuses = ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED'] as const

/**
 * Where a call stands:
 *
 * - `PENDING`: due now, later, or waiting for a retry. Set by enqueue, by a put-back and by a retry.
 * - `IN_PROGRESS`: one attempt holds a slot. Set by a claim.
 * - `COMPLETED`: the last attempt ended `completed` or `voicemail`.
 * - `FAILED`: rejected, or the last attempt that was allowed ended without an answer.
 * - `EXPIRED`: its deadline passed, or nobody could ever learn its fate.
 * - `CANCELED`: the host canceled it before it completed.
 */
export type CallStatus = (typeof callStatuses)[number]

/** A status no attempt can move a call out of, except a late real end that corrects a guess. */
export type EndedCallStatus = Exclude<CallStatus, 'PENDING' | 'IN_PROGRESS'>

/** What stands in place of the number of a call that was erased. */
export const erasedNumber = '+00000000'

/** What went wrong, as a stable code and a sentence. */
export interface Problem {
  readonly code: string
  readonly message: string
}

/** What the host asked for: reach this number with this script. Its keys are those of the wire; there, instants are ISO 8601 strings. */
export interface Call<TMetadata extends object = JsonObject> {
  /** UUID version 7. */
  readonly id: string
  readonly tenant: string | null
  /** E.164. */
  readonly to: string
  /** The caller id; null lets the provider choose. */
  readonly from: string | null
  readonly scriptId: string
  readonly variables: Variables
  readonly metadata: TMetadata
  /** The provider's name; null means the first provider of the process that dials it. */
  readonly provider: string | null
  /** Options for single providers, by provider name. */
  readonly providerOptions: Readonly<Record<string, JsonObject>>
  readonly status: CallStatus
  /** Of the last attempt that ended; null before. */
  readonly outcome: Outcome | null
  /** −100…100; higher is dialed first. */
  readonly priority: number
  /** False lets this call ring a number that has another live attempt. */
  readonly exclusive: boolean
  /** Attempts that were spent; an attempt's number may be higher, since a put-back spends nothing. */
  readonly attempts: number
  readonly maxAttempts: number
  readonly lastError: Problem | null
  /** Of the last attempt. */
  readonly providerCallId: string | null
  /** Of the last attempt, in seconds. */
  readonly durationSec: number | null
  /** The ended call that this one repeats. */
  readonly retryOf: string | null
  readonly scheduledAt: Date | null
  /** When a PENDING call is due; null in every other status. */
  readonly nextAttemptAt: Date | null
  /** No dial begins after it. */
  readonly expiresAt: Date | null
  readonly cancelRequestedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
  /** When its first attempt was claimed. */
  readonly startedAt: Date | null
  readonly endedAt: Date | null
}
