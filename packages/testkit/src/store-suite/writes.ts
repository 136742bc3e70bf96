import type { AttemptWrite, CallMove, CallStatus, EndedCallStatus, LocatedAttempt, Outcome } from '@ebra/core'

/** A write that changes `changes` of an attempt as it was read, and nothing of its call unless told so. */
export function writeOf(
  { attempt }: LocatedAttempt,
  changes: Partial<AttemptWrite['next']> = {},
  rest: Partial<Omit<AttemptWrite, 'next'>> = {},
): AttemptWrite {
  const { attemptId, revision, status, phase, outcome, error, details, putBack, providerCallId, aliases, providerState } = attempt
  return {
    attemptId,
    revision,
    next: { status, phase, outcome, error, details, putBack, providerCallId, aliases, providerState, ...changes },
    isSign: false,
    checkInMs: null,
    call: null,
    seen: [],
    namedBy: [],
    ...rest,
  }
}

/** The provider took the call. */
export function accepted(located: LocatedAttempt, providerCallId: string | null = null): AttemptWrite {
  return writeOf(located, { status: 'LIVE', phase: 'queued', providerCallId }, { isSign: true, checkInMs: 60_000 })
}

/** Nobody can say whether the phone rang. */
export function unconfirmed(located: LocatedAttempt): AttemptWrite {
  return writeOf(located, { status: 'UNCONFIRMED' }, { checkInMs: 30_000 })
}

/** The host is to decide. */
export function held(located: LocatedAttempt): AttemptWrite {
  return writeOf(located, { status: 'HELD' })
}

/** The attempt ended, and its call with it. */
export function settled(located: LocatedAttempt, outcome: Outcome = 'completed', status: EndedCallStatus = 'COMPLETED'): AttemptWrite {
  return writeOf(located, { status: 'ENDED', outcome }, { isSign: true, call: move(located, { status, outcome }) })
}

/** The attempt ended, and its call is due again. */
export function retried(located: LocatedAttempt, dueInMs: number, outcome: Outcome = 'no-answer'): AttemptWrite {
  return writeOf(located, { status: 'ENDED', outcome }, { call: move(located, { status: 'PENDING', outcome, dueInMs }) })
}

/** The dial surely reached no phone: nothing is spent, and the call is due again. */
export function putBack(located: LocatedAttempt, dueInMs = 0): AttemptWrite {
  const attempts = located.call.attempts - 1
  const call = move(located, { status: 'PENDING', outcome: located.call.outcome, attempts, dueInMs })
  return writeOf(located, { status: 'ENDED', putBack: true }, { call })
}

/** A late word of the provider: the attempt that was given up is alive, its call under way again, and what was put back is spent after all. */
export function revived(located: LocatedAttempt): AttemptWrite {
  const attempts = located.call.attempts + (located.attempt.putBack ? 1 : 0)
  const call = move(located, { status: 'IN_PROGRESS', outcome: null, attempts })
  return writeOf(located, { status: 'LIVE', phase: 'answered', outcome: null, putBack: false }, { isSign: true, checkInMs: 60_000, call })
}

/** How the call moves, from the status in which it was read. */
export function move(located: LocatedAttempt, changes: Partial<CallMove> & { readonly status: CallStatus }): CallMove {
  const { status: from, attempts, outcome, lastError } = located.call
  return { from, attempts, outcome, lastError, dueInMs: null, ...changes }
}
