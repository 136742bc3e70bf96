import type { AttemptWrite, LocatedAttempt } from '../domain/attempt-write.ts'
import type { Fact } from '../domain/facts.ts'
import { type Effect, transition } from '../domain/transition.ts'
import type { AttemptKeys, EventKey } from '../ports/store.ts'
import { bindEvent, keysOf } from './bind-event.ts'
import { type Engine, providerOf, rulesFor } from './engine.ts'
import { factFromEvent } from './event-fact.ts'
import type { ParkingReason } from './events.ts'
import type { EventWork, FactWork, QueuedWork } from './work.ts'

/** What one piece of work asks of the turn. */
export type Decision =
  | {
      readonly kind: 'write'
      readonly queued: QueuedWork
      readonly fact: Fact
      readonly before: LocatedAttempt
      readonly write: AttemptWrite
      readonly effects: readonly Effect[]
    }
  | { readonly kind: 'park'; readonly queued: QueuedWork; readonly event: EventWork; readonly reason: ParkingReason }
  | { readonly kind: 'ignore'; readonly queued: QueuedWork; readonly reason: string; readonly seen: EventKey | null }
  | { readonly kind: 'defer'; readonly queued: QueuedWork }

/** Reads what the work is about, in one look-up, and decides each piece. A second piece about one attempt waits for the next turn. */
export async function decideAll(engine: Engine, batch: readonly QueuedWork[]): Promise<readonly Decision[]> {
  const [found, seen] = await Promise.all([lookUp(engine, batch), lookUpSeen(engine, batch)])
  const busy = new Set<string>()
  return batch.map((queued) => {
    const decision =
      queued.work.kind === 'fact' ? decideFact(engine, queued, queued.work, found) : decideEvent(engine, queued, queued.work, found, seen)
    if (decision.kind !== 'write') return decision
    if (busy.has(decision.write.attemptId)) return { kind: 'defer', queued }
    busy.add(decision.write.attemptId)
    return decision
  })
}

function decideFact(engine: Engine, queued: QueuedWork, work: FactWork, found: readonly LocatedAttempt[]): Decision {
  const record = work.record ?? found.find(({ attempt }) => attempt.attemptId === work.attemptId)
  if (record === undefined) return { kind: 'ignore', queued, reason: 'there is no such attempt any more', seen: null }
  return decideOn(engine, queued, record, work.fact, null)
}

function decideEvent(
  engine: Engine,
  queued: QueuedWork,
  work: EventWork,
  found: readonly LocatedAttempt[],
  seen: ReadonlySet<string>,
): Decision {
  const key = { provider: work.provider, eventId: work.event.eventId }
  if (seen.has(nameOf(key))) return { kind: 'ignore', queued, reason: 'its event was seen before', seen: null }
  const binding = bindEvent(work, found)
  if (binding.kind === 'unbound') return { kind: 'park', queued, event: work, reason: binding.reason }
  return decideOn(engine, queued, binding.record, factFromEvent(work.event), key)
}

function decideOn(engine: Engine, queued: QueuedWork, before: LocatedAttempt, fact: Fact, key: EventKey | null): Decision {
  const decided = transition(before, fact, rulesFor(engine, providerOf(engine, before), engine.time.now()))
  if (decided.kind === 'ignored') return { kind: 'ignore', queued, reason: decided.reason, seen: key }
  const write = key === null ? decided.write : { ...decided.write, seen: [key.eventId] }
  return { kind: 'write', queued, fact, before, write, effects: decided.effects }
}

async function lookUp(engine: Engine, batch: readonly QueuedWork[]): Promise<readonly LocatedAttempt[]> {
  const all = batch.map(({ work }) => keysOfWork(work))
  const keys: AttemptKeys = {
    attemptIds: [...new Set(all.flatMap(({ attemptIds }) => attemptIds))],
    providerCallIds: all.flatMap(({ providerCallIds }) => providerCallIds),
    callIds: [...new Set(all.flatMap(({ callIds }) => callIds))],
  }
  if (keys.attemptIds.length + keys.providerCallIds.length + keys.callIds.length === 0) return []
  const { now, found } = await engine.store.findAttempts(keys)
  engine.time.hear(now)
  return found
}

function keysOfWork(work: FactWork | EventWork): AttemptKeys {
  if (work.kind === 'event') return keysOf(work)
  return { attemptIds: work.record === null ? [work.attemptId] : [], providerCallIds: [], callIds: [] }
}

async function lookUpSeen(engine: Engine, batch: readonly QueuedWork[]): Promise<ReadonlySet<string>> {
  const keys = batch.flatMap(({ work }) => (work.kind === 'event' ? [{ provider: work.provider, eventId: work.event.eventId }] : []))
  const seen = keys.length === 0 ? [] : await engine.store.findSeen({ keys })
  return new Set(seen.map(nameOf))
}

function nameOf({ provider, eventId }: EventKey): string {
  return `${provider} ${eventId}`
}
