import { isDeepStrictEqual } from 'node:util'
import type { Effect } from '../domain/attempt-steps.ts'
import { type AttemptWrite, type LocatedAttempt, nextOf } from '../domain/attempt-write.ts'
import type { Fact } from '../domain/facts.ts'
import { transition } from '../domain/transition.ts'
import type { AttemptKeys, EventKey } from '../ports/turn.ts'
import { bindEvent, keysOf } from './bind-event.ts'
import { type Engine, providerOf, rulesFor } from './engine.ts'
import { factFromEvent } from './event-fact.ts'
import type { ParkingReason } from './events.ts'
import type { RememberedAttempts } from './remembered-attempts.ts'
import type { EventWork, QueuedWork } from './work.ts'

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
  /** An earlier turn wrote it, though its COMMIT was never answered. */
  | {
      readonly kind: 'written'
      readonly queued: QueuedWork
      readonly before: LocatedAttempt
      readonly write: AttemptWrite
      readonly after: LocatedAttempt
      readonly effects: readonly Effect[]
    }
  | { readonly kind: 'park'; readonly queued: QueuedWork; readonly event: EventWork; readonly reason: ParkingReason }
  | { readonly kind: 'ignore'; readonly queued: QueuedWork; readonly reason: string; readonly seen: EventKey | null }
  | { readonly kind: 'defer'; readonly queued: QueuedWork }

/** What the store knows of a batch. */
interface Knowledge {
  readonly found: readonly LocatedAttempt[]
  readonly seen: ReadonlySet<string>
}

/** An event beside the attempt that it speaks of, as this process left it. */
interface Recalled {
  readonly work: EventWork
  readonly record: LocatedAttempt
}

/**
 * Reads what the work is about, in one look-up of all that is not remembered, and decides each piece. A further piece about an attempt that is written in this turn waits for the next: it would
 * be judged on an old record.
 */
export async function decideAll(
  engine: Engine,
  remembered: RememberedAttempts,
  batch: readonly QueuedWork[],
): Promise<readonly Decision[]> {
  const recalled = recallAll(remembered, batch)
  const known = await lookUp(
    engine,
    batch.filter((queued) => !recalled.has(queued)),
  )
  const written = new Set<string>()
  return batch.map((queued) => {
    const record = recalled.get(queued)
    const decision = record === undefined ? decide(engine, queued, known, written) : decideOnMemory(engine, queued, record, written)
    if (decision.kind === 'write') written.add(decision.write.attemptId)
    return decision
  })
}

/** Events of remembered attempts. What missed once, or may have been written already, is looked up. */
function recallAll(remembered: RememberedAttempts, batch: readonly QueuedWork[]): ReadonlyMap<QueuedWork, Recalled> {
  const recalled = new Map<QueuedWork, Recalled>()
  for (const queued of batch) {
    const { work, uncertain, misses } = queued
    if (work.kind !== 'event' || work.isParked || uncertain !== null || misses > 0) continue
    const record = remembered.recall(work)
    if (record !== null) recalled.set(queued, { work, record })
  }
  return recalled
}

/** Only a write is guarded: whatever else would be decided is decided with the next turn, on what the store has. */
function decideOnMemory(engine: Engine, queued: QueuedWork, { work, record }: Recalled, written: ReadonlySet<string>): Decision {
  const decision = decideOn(engine, queued, { record, fact: factFromEvent(work.event), key: keyOf(work) }, written)
  if (decision.kind === 'ignore') return { kind: 'defer', queued: { ...queued, misses: queued.misses + 1 } }
  if (decision.kind !== 'write') return decision
  return { ...decision, write: { ...decision.write, namedBy: work.event.providerCallIds ?? [] } }
}

function decide(engine: Engine, queued: QueuedWork, known: Knowledge, written: ReadonlySet<string>): Decision {
  const { work, uncertain } = queued
  const after = uncertain === null ? undefined : recordOf(known, uncertain.write.attemptId)
  if (uncertain !== null && after !== undefined && isMadeBy(uncertain.write, after)) {
    const { before, write, effects } = uncertain
    return { kind: 'written', queued, before, write, effects, after }
  }
  if (work.kind === 'event') return decideEvent(engine, queued, work, known, written)
  const record = work.record ?? recordOf(known, work.attemptId)
  if (record === undefined) return { kind: 'ignore', queued, reason: 'there is no such attempt any more', seen: null }
  return decideOn(engine, queued, { record, fact: work.fact, key: null }, written)
}

function decideEvent(
  engine: Engine,
  queued: QueuedWork,
  work: EventWork,
  { found, seen }: Knowledge,
  written: ReadonlySet<string>,
): Decision {
  const key = keyOf(work)
  if (seen.has(nameOf(key))) return { kind: 'ignore', queued, reason: 'its event was seen before', seen: null }
  const binding = bindEvent(work, found)
  if (binding.kind === 'unbound') return { kind: 'park', queued, event: work, reason: binding.reason }
  return decideOn(engine, queued, { record: binding.record, fact: factFromEvent(work.event), key }, written)
}

/** A fact about a record, and the key of the event that told it. */
interface Matter {
  readonly record: LocatedAttempt
  readonly fact: Fact
  readonly key: EventKey | null
}

function decideOn(engine: Engine, queued: QueuedWork, { record, fact, key }: Matter, written: ReadonlySet<string>): Decision {
  if (written.has(record.attempt.attemptId)) return { kind: 'defer', queued }
  const decided = transition(record, fact, rulesFor(engine, providerOf(engine, record), engine.time.now()))
  if (decided.kind === 'ignored') return { kind: 'ignore', queued, reason: decided.reason, seen: key }
  const write = key === null ? decided.write : { ...decided.write, seen: [key.eventId] }
  return { kind: 'write', queued, fact, before: record, write, effects: decided.effects }
}

function recordOf({ found }: Knowledge, attemptId: string): LocatedAttempt | undefined {
  return found.find(({ attempt }) => attempt.attemptId === attemptId)
}

/** Exactly what the write would have made, in exactly its revision. */
function isMadeBy({ revision, next }: AttemptWrite, { attempt }: LocatedAttempt): boolean {
  return attempt.revision === revision + 1 && isDeepStrictEqual(nextOf(attempt), next)
}

async function lookUp(engine: Engine, batch: readonly QueuedWork[]): Promise<Knowledge> {
  const all = batch.map(keysOfWork)
  const keys = {
    attemptIds: [...new Set(all.flatMap(({ attemptIds }) => attemptIds))],
    providerCallIds: all.flatMap(({ providerCallIds }) => providerCallIds),
    callIds: [...new Set(all.flatMap(({ callIds }) => callIds))],
    events: batch.flatMap(({ work }) => (work.kind === 'event' ? [keyOf(work)] : [])),
  }
  if (Object.values(keys).every((list) => list.length === 0)) return { found: [], seen: new Set() }
  const sentMs = engine.clock.monotonicMs()
  const { now, found, seen } = await engine.store.lookUp(keys)
  engine.time.hear(now, sentMs)
  return { found, seen: new Set(seen.map(nameOf)) }
}

function keysOfWork({ work, uncertain }: QueuedWork): AttemptKeys {
  const written = uncertain === null ? [] : [uncertain.write.attemptId]
  if (work.kind === 'fact')
    return { attemptIds: work.record === null ? [work.attemptId, ...written] : written, providerCallIds: [], callIds: [] }
  const keys = keysOf(work)
  return { ...keys, attemptIds: [...keys.attemptIds, ...written] }
}

function keyOf({ provider, event }: EventWork): EventKey {
  return { provider, eventId: event.eventId }
}

function nameOf({ provider, eventId }: EventKey): string {
  return `${provider} ${eventId}`
}
