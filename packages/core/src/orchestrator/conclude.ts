import type { LocatedAttempt } from '../domain/attempt-write.ts'
import { frozen } from '../domain/frozen.ts'
import { written } from '../domain/written.ts'
import type { TurnResult } from '../ports/turn.ts'
import { announceWrite } from './announcements.ts'
import type { Decision } from './decide.ts'
import { announce, type Engine } from './engine.ts'
import { hangUpIfCanceled } from './hang-up.ts'
import type { RememberedAttempts } from './remembered-attempts.ts'
import type { QueuedWork } from './work.ts'
import { again } from './work-queue.ts'

/** A write that lost so many races is not losing races: something is wrong with it. */
const maxMisses = 50

/** Answers whoever waits for what was decided, and tells the host; `result` is null where there was nothing to write. What has to be decided again comes back. */
export function concludeAll(
  engine: Engine,
  remembered: RememberedAttempts,
  decisions: readonly Decision[],
  result: TurnResult | null,
): readonly QueuedWork[] {
  const missed = new Set(result?.missed)
  const concludeOne = (decision: Decision): readonly QueuedWork[] => {
    switch (decision.kind) {
      case 'defer':
        return [again(decision.queued)]
      case 'ignore':
        decision.queued.settle({ kind: 'ignored', reason: decision.reason })
        return []
      case 'park':
        concludeParked(engine, decision)
        return []
      case 'written':
        concludeWritten(engine, remembered, decision, frozen(decision.after))
        return []
      case 'write':
        if (result === null || missed.has(decision.write.attemptId)) return concludeMissed(remembered, decision)
        concludeWritten(engine, remembered, decision, frozen(written(decision.before, decision.write, result.now)))
        return []
    }
  }
  return decisions.flatMap(concludeOne)
}

function concludeWritten(
  engine: Engine,
  remembered: RememberedAttempts,
  decision: Decision & { kind: 'write' | 'written' },
  after: LocatedAttempt,
): void {
  if (decision.before.call.status === 'IN_PROGRESS') remembered.remember(after, engine.clock.monotonicMs())
  else remembered.forget(after.attempt.attemptId)
  announceWrite(engine, decision, after)
  hangUpIfCanceled(engine, decision.before, after)
  if (decision.kind === 'write' && decision.write.checkInMs !== null) engine.checks.expect(decision.write.checkInMs)
  decision.queued.settle({ kind: 'applied', record: after })
}

function concludeParked(engine: Engine, { queued, event, reason }: Decision & { kind: 'park' }): void {
  queued.settle({ kind: 'parked', reason })
  if (event.isParked) return
  engine.counters.parked += 1
  announce(engine, { type: 'webhook.parked', provider: event.provider, event: event.event, reason })
}

function concludeMissed(remembered: RememberedAttempts, { queued, write }: Decision & { kind: 'write' }): readonly QueuedWork[] {
  remembered.forget(write.attemptId)
  if (queued.misses < maxMisses) return [{ ...again(queued), uncertain: null, misses: queued.misses + 1 }]
  queued.fail(new Error(`A write lost ${maxMisses} races in a row.`))
  return []
}
