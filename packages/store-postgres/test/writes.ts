import type { AttemptWrite, LocatedAttempt } from '@ebra/core'

/** The provider took the call, under an id of its own. */
export function accepted({ attempt }: LocatedAttempt): AttemptWrite {
  const { attemptId, revision, outcome, error, details, putBack, aliases, providerState } = attempt
  const next = {
    status: 'LIVE',
    phase: 'queued',
    outcome,
    error,
    details,
    putBack,
    providerCallId: `call-${attemptId}`,
    aliases,
    providerState,
  } as const
  return { attemptId, revision, next, isSign: true, checkInMs: 60_000, call: null, seen: [], namedBy: [] }
}

/** The attempt ended, and its call with it; a webhook said so. */
export function settled({ attempt, call }: LocatedAttempt): AttemptWrite {
  const { attemptId, revision, phase, error, putBack, providerCallId, aliases, providerState } = attempt
  const details = { durationSec: 12 }
  const next = { status: 'ENDED', phase, outcome: 'completed', error, details, putBack, providerCallId, aliases, providerState } as const
  const move = {
    from: 'IN_PROGRESS',
    status: 'COMPLETED',
    outcome: 'completed',
    lastError: null,
    attempts: call.attempts,
    dueInMs: null,
  } as const
  return { attemptId, revision, next, isSign: true, checkInMs: null, call: move, seen: [`end of ${attemptId}`], namedBy: [] }
}

/** The dial reached no phone, and its call is due again. */
export function putBack({ attempt, call }: LocatedAttempt): AttemptWrite {
  const { attemptId, revision, phase, outcome, error, details, providerCallId, aliases, providerState } = attempt
  const next = { status: 'ENDED', phase, outcome, error, details, putBack: true, providerCallId, aliases, providerState } as const
  const { outcome: before, lastError, attempts } = call
  const move = { from: 'IN_PROGRESS', status: 'PENDING', outcome: before, lastError, attempts: attempts - 1, dueInMs: 0 } as const
  return { attemptId, revision, next, isSign: false, checkInMs: null, call: move, seen: [], namedBy: [] }
}
