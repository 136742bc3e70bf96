import type { LocatedAttempt } from '../domain/attempt-write.ts'
import type { Effect } from '../domain/transition.ts'
import type { Decision } from './decide.ts'
import { announce, type Engine } from './engine.ts'
import type { AttemptEventType } from './events.ts'

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
export function announceWrite(engine: Engine, { write, effects, before }: Decision & { kind: 'write' }, after: LocatedAttempt): void {
  const { call, attempt } = after
  for (const effect of effects) {
    const type = attemptEvents[effect]
    if (type !== null) announce(engine, { type, call, attempt })
    if (effect === 'postponed') announce(engine, { type: 'call.postponed', call, reason: attempt.error?.message ?? '' })
    if (effect === 'revived') engine.counters.revived += 1
  }
  if (write.call === null || (write.call.status === before.call.status && !effects.includes('ended'))) return
  announceCall(engine, after, effects)
}

function announceCall(engine: Engine, { call, attempt }: LocatedAttempt, effects: readonly Effect[]): void {
  switch (call.status) {
    case 'COMPLETED':
      return announce(engine, { type: 'call.completed', call, attempt })
    case 'FAILED':
      return announce(engine, { type: 'call.failed', call, attempt })
    case 'EXPIRED':
      return announce(engine, { type: 'call.expired', call })
    case 'CANCELED':
      return announce(engine, { type: 'call.canceled', call })
    case 'PENDING':
      return effects.includes('ended') ? announce(engine, { type: 'call.retrying', call }) : undefined
    case 'IN_PROGRESS':
      return undefined
  }
}
