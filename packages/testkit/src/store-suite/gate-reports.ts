import type { GateClosing, GateOpening, LocatedAttempt } from '@ebra/core'

/** What an attempt that was refused tells the gate of its provider: closed by one refusal, for a second at first and a minute at most, unless told otherwise. */
export function refusedBy({ attempt }: LocatedAttempt, changes: Partial<GateClosing> = {}): GateClosing {
  return {
    kind: 'close',
    attemptId: attempt.attemptId,
    scope: `provider:${attempt.provider}`,
    reason: 'throttled',
    code: 'rate_limited',
    retryAfterMs: null,
    minMs: 1_000,
    maxMs: 60_000,
    closesAfter: 1,
    ...changes,
  }
}

/** What an attempt that met nobody tells the gate of its provider: the fifth in a row closes it. */
export function unreachableBy(located: LocatedAttempt): GateClosing {
  return refusedBy(located, { reason: 'unreachable', code: 'ECONNREFUSED', closesAfter: 5 })
}

/** What an accepted attempt tells every gate above it. */
export function acceptedBy({ attempt }: LocatedAttempt): GateOpening {
  const { attemptId, provider, scriptId, from } = attempt
  const scopes = [`provider:${provider}`, `script:${provider}:${scriptId}`, ...(from === null ? [] : [`from:${from}`])]
  return { kind: 'open', attemptId, scopes }
}
