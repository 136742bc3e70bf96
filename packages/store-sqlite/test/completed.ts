import type { AttemptWrite, LocatedAttempt } from '@ebra/core'

/** What core decides when an attempt ends in a conversation. */
export function completed({ attempt, call }: LocatedAttempt): AttemptWrite {
  const { attemptId, revision, phase, error, details, putBack, providerCallId, aliases, providerState } = attempt
  return {
    attemptId,
    revision,
    next: { phase, error, details, putBack, providerCallId, aliases, providerState, status: 'ENDED', outcome: 'completed' },
    isSign: true,
    checkInMs: null,
    call: { from: call.status, status: 'COMPLETED', outcome: 'completed', lastError: null, attempts: call.attempts, dueInMs: null },
    seen: [],
    namedBy: [],
  }
}
