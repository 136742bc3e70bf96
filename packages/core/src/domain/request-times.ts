import type { Attempt } from './attempt.ts'

/** What a platform promises of requests that bear the same key, and how long one of them takes at most. */
export interface KeyPromise {
  /** The same key reaches the same call for so long after it was first sent. */
  readonly windowMs: number
  readonly placeTimeoutMs: number
}

/** Between the last moment at which a repeat may be sent and the end of the provider's window, beside the place timeout. */
const marginMs = 5_000

/**
 * Whether an unconfirmed dial may be sent again under its key: only while the platform surely recognises the key when the request arrives. Where the clock was put back to before the
 * attempt, nobody can tell any more how old it is.
 */
export function isRepeatable({ startedAt }: Attempt, now: Date, { windowMs, placeTimeoutMs }: KeyPromise): boolean {
  const ageMs = now.getTime() - startedAt.getTime()
  return ageMs >= 0 && ageMs < windowMs - placeTimeoutMs - marginMs
}

/**
 * Whether "no such call" proves that nothing rang and nothing will: only asked after every request that could still be under way, and after the platform's index had time to follow. Of a
 * call that the platform had taken it only proves that the platform has forgotten. `windowMs` is null where a key is never sent again.
 */
export function isAbsenceProof(
  { startedAt, answerBy, phase }: Attempt,
  askedAt: Date,
  { windowMs, settleMs }: { readonly windowMs: number | null; readonly settleMs: number },
): boolean {
  const lastSendMs = startedAt.getTime() + (windowMs ?? 0)
  return phase === null && askedAt.getTime() >= Math.max(answerBy.getTime(), lastSendMs) + settleMs
}
