import type { Effect } from '../domain/attempt-steps.ts'
import type { LocatedAttempt } from '../domain/attempt-write.ts'
import type { CallStatus } from '../domain/call.ts'
import type { Decision } from './decide.ts'
import { announce, type Engine } from './engine.ts'
import type { AttemptEventType, CallEventType } from './events.ts'

const attemptEvents = {
  placed: 'attempt.placed',
  answered: 'attempt.answered',
  unconfirmed: 'attempt.unconfirmed',
  ended: 'attempt.ended',
  refined: 'attempt.refined',
  revived: 'attempt.revived',
  'put-back': null,
  postponed: null,
} as const satisfies Record<Effect, AttemptEventType | null>

/** Tells the host what a write that held has changed: first of the attempt, then of the call. */
export function announceWrite(engine: Engine, decision: Decision & { kind: 'write' | 'written' }, after: LocatedAttempt): void {
  const { effects, before, write } = decision
  const { call, attempt } = after
  for (const effect of effects) {
    const type = attemptEvents[effect]
    if (type !== null) announce(engine, { type, call, attempt })
    if (effect === 'revived') engine.counters.revived += 1
  }
  // Another write of the same turn may have moved the call: whoever announces that is the other.
  if (write.call === null || call.status === before.call.status) return
  if (effects.includes('postponed') && call.status === 'PENDING')
    announce(engine, { type: 'call.postponed', call, reason: attempt.error?.message ?? '' })
  else announceCall(engine, after, effects)
}

function announceCall(engine: Engine, { call, attempt }: LocatedAttempt, effects: readonly Effect[]): void {
  const type = callEvents[call.status]
  if (type === null || (type === 'call.retrying' && !effects.includes('ended'))) return
  if (type === 'call.completed' || type === 'call.failed') announce(engine, { type, call, attempt })
  else announce(engine, { type, call })
}

const callEvents = {
  PENDING: 'call.retrying',
  IN_PROGRESS: null,
  COMPLETED: 'call.completed',
  FAILED: 'call.failed',
  EXPIRED: 'call.expired',
  CANCELED: 'call.canceled',
} as const satisfies Record<CallStatus, CallEventType | null>
