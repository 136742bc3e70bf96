import type { LocatedAttempt } from '../domain/attempt-write.ts'
import { isUuid, parseAttemptId } from '../domain/identifiers.ts'
import type { ProviderEvent } from '../ports/provider.ts'
import type { AttemptKeys } from '../ports/turn.ts'
import type { ParkingReason } from './events.ts'

/** An event with all that tells whose it is. */
export interface IncomingEvent {
  readonly provider: string
  readonly event: ProviderEvent
  /** From the callback URL, believed because its tag was right. */
  readonly urlAttemptId: string | null
}

/** Whose event it is, or why that cannot be said yet. */
export type Binding =
  | { readonly kind: 'bound'; readonly record: LocatedAttempt }
  | { readonly kind: 'unbound'; readonly reason: ParkingReason }

/** What a store has to look up to bind an event: only what can be an id of ours, since the sender may write anything. */
export function keysOf({ provider, event, urlAttemptId }: IncomingEvent): AttemptKeys {
  const { attemptId = '', callId = '', providerCallIds = [] } = event
  return {
    attemptIds: [attemptId, urlAttemptId ?? ''].filter((id) => parseAttemptId(id) !== null),
    providerCallIds: providerCallIds.map((id) => ({ provider, id })),
    callIds: [callId].filter(isUuid),
  }
}

/**
 * Binds an event to the first that resolves of its attempt id, its provider ids, the tagged URL and its call id. Names that contradict one another bind nothing: a mixed-up
 * event would settle a stranger's call.
 */
export function bindEvent(incoming: IncomingEvent, found: readonly LocatedAttempt[]): Binding {
  const own = found.filter(({ attempt }) => attempt.provider === incoming.provider)
  const named = distinct([...byAttemptId(incoming, own), ...byProviderId(incoming, own), ...byUrl(incoming, own)])
  if (named.length > 1) return { kind: 'unbound', reason: 'conflict' }
  const record = named[0]
  if (record === undefined) return bindByCall(incoming, own)
  return contradicts(incoming.event, record) ? { kind: 'unbound', reason: 'conflict' } : { kind: 'bound', record }
}

function byAttemptId({ event }: IncomingEvent, own: readonly LocatedAttempt[]): readonly LocatedAttempt[] {
  return own.filter(({ attempt }) => attempt.attemptId === event.attemptId)
}

function byProviderId({ event }: IncomingEvent, own: readonly LocatedAttempt[]): readonly LocatedAttempt[] {
  return own.filter((record) => (event.providerCallIds ?? []).some((id) => idsOf(record).includes(id)))
}

function byUrl({ urlAttemptId }: IncomingEvent, own: readonly LocatedAttempt[]): readonly LocatedAttempt[] {
  return own.filter(({ attempt }) => attempt.attemptId === urlAttemptId)
}

/** A call id means the only attempt of its call that may have rung or, after a retry, the one whose time spans the event. */
function bindByCall({ event }: IncomingEvent, own: readonly LocatedAttempt[]): Binding {
  const ofCall = own.filter(({ call }) => call.id === event.callId)
  const dialed = ofCall.filter(({ attempt }) => !attempt.putBack)
  const candidates = dialed.length === 0 ? ofCall.slice(-1) : dialed
  if (candidates.length === 0) return { kind: 'unbound', reason: 'unknown' }
  const spanning = candidates.length === 1 ? candidates : candidates.filter((record) => spans(record, event.at))
  const record = spanning[0]
  if (record === undefined || spanning.length > 1) return { kind: 'unbound', reason: 'ambiguous' }
  return contradicts(event, record) ? { kind: 'unbound', reason: 'conflict' } : { kind: 'bound', record }
}

function contradicts({ callId, providerCallIds = [] }: ProviderEvent, record: LocatedAttempt): boolean {
  if (callId !== undefined && callId !== record.call.id) return true
  const known = idsOf(record)
  return record.attempt.providerCallId !== null && providerCallIds.length > 0 && !providerCallIds.some((id) => known.includes(id))
}

/** Every id by which its provider may speak of an attempt. */
export function idsOf({ attempt }: LocatedAttempt): readonly string[] {
  return attempt.providerCallId === null ? attempt.aliases : [attempt.providerCallId, ...attempt.aliases]
}

/** The end of a lost attempt is a guess of ours: it may be the one that the event speaks of. */
function spans({ attempt }: LocatedAttempt, at: Date | null): boolean {
  if (at === null || at < attempt.startedAt) return false
  return attempt.endedAt === null || attempt.outcome === 'lost' || at <= attempt.endedAt
}

function distinct(records: readonly LocatedAttempt[]): readonly LocatedAttempt[] {
  return [...new Map(records.map((record) => [record.attempt.attemptId, record])).values()]
}
