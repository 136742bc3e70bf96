import type { Attempt } from '../../src/domain/attempt.ts'
import { isAbsenceProof, isRepeatable } from '../../src/domain/request-times.ts'
import { transition } from '../../src/domain/transition.ts'
import { now, type Settings, tickMs } from './settings.ts'
import type { AttemptRow } from './state.ts'

/** The decisions of the dialing protocol, each by its own name, so that a mutant can take one of them otherwise. */
export interface Protocol {
  readonly transition: typeof transition
  /** The last look at the clock before the dial request. */
  isSendable(attempt: Attempt): boolean
  isRepeatable(attempt: Attempt, settings: Settings): boolean
  /** Whether the window is looked at in the step that sends the repeat. */
  readonly looksAgainAtTheSend: boolean
  isAbsenceProof(attempt: Attempt, settings: Settings): boolean
  /** Whether a store writes only where the revision, and the call, are still as core read them. */
  readonly isFenced: boolean
  /** The number of the next attempt. */
  nextNumber(attempts: readonly AttemptRow[]): number
  /** Whether a claim is dialed of which nobody said that it was committed. */
  readonly dialsUnansweredClaims: boolean
}

/** As it is built. What is not imported stands in a place that no model can run: the dialer's synchronous last look, and the stores' SQL. */
export const asBuilt: Protocol = {
  transition,
  isSendable: ({ sendBy }) => now < sendBy,
  isRepeatable(attempt, { window, placeTimeout }) {
    return window !== null && isRepeatable(attempt, now, { windowMs: window * tickMs, placeTimeoutMs: placeTimeout * tickMs })
  },
  looksAgainAtTheSend: true,
  isAbsenceProof(attempt, { window, lag }) {
    return isAbsenceProof(attempt, now, { windowMs: window === null ? null : window * tickMs, settleMs: (lag ?? 0) * tickMs })
  },
  isFenced: true,
  nextNumber: (attempts) => attempts.length + 1,
  dialsUnansweredClaims: false,
}
