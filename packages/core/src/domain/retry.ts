import type { Attempt } from './attempt.ts'
import type { Call } from './call.ts'
import type { RetryableOutcome } from './outcome.ts'

/** How one outcome is retried: its own delay and its own number of attempts, or `false` for never. */
export interface OutcomeRetry {
  /** A fixed delay in milliseconds instead of the backoff; jitter does not apply. */
  readonly delayMs?: number
  readonly maxAttempts?: number
}

/** Exponential backoff, with exceptions by outcome. */
export interface RetryOptions {
  /** Attempts in all, 1…100. Defaults to 3. */
  readonly maxAttempts?: number
  /** Before the second attempt; doubles with every further one. Defaults to 30 000. */
  readonly baseDelayMs?: number
  /** The ceiling of the backoff. Defaults to 3 600 000. */
  readonly maxDelayMs?: number
  /** `voicemail` and `rejected` are final unless they are named here. */
  readonly byOutcome?: { readonly [TOutcome in RetryableOutcome]?: false | OutcomeRetry }
}

/** What a retry policy decides from. `random` is uniform in [0, 1). */
export interface RetryContext {
  readonly call: Call
  readonly attempt: Attempt
  readonly outcome: RetryableOutcome
  readonly random: () => number
}

/** Replaces the backoff: asked once for every attempt that ended in an outcome worth a thought. Pure: it may be asked again for the same attempt. */
export type RetryPolicy = (context: RetryContext) => { readonly retryInMs: number } | 'final'

const finalUnlessNamed: readonly RetryableOutcome[] = ['voicemail', 'rejected']

/**
 * The policy that {@link RetryOptions} describe. The delay before attempt n + 1 is `min(maxDelayMs, baseDelayMs × 2^(n − 1))`, of which jitter takes
 * between nothing and half ("equal jitter": AWS Architecture Blog, Exponential Backoff and Jitter).
 */
export function retryPolicyFrom(options: RetryOptions = {}): RetryPolicy {
  return ({ call, outcome, random }) => {
    const exception = options.byOutcome?.[outcome]
    if (exception === false || (exception === undefined && finalUnlessNamed.includes(outcome))) return 'final'
    if (call.attempts >= Math.min(call.maxAttempts, exception?.maxAttempts ?? call.maxAttempts)) return 'final'
    return { retryInMs: exception?.delayMs ?? backoffMs(options, call.attempts, random) }
  }
}

/** Milliseconds until the attempt after `attempts` spent ones. */
export function backoffMs(options: Pick<RetryOptions, 'baseDelayMs' | 'maxDelayMs'>, attempts: number, random: () => number): number {
  const { baseDelayMs = 30_000, maxDelayMs = 3_600_000 } = options
  const whole = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.max(0, attempts - 1))
  return Math.round(whole / 2 + (whole / 2) * random())
}
