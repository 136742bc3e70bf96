import type { Attempt } from '../domain/attempt.ts'
import type { Call, Problem } from '../domain/call.ts'
import type { Gate } from '../domain/gate.ts'
import type { JsonObject } from '../domain/json.ts'
import type { ProviderEvent } from '../ports/provider.ts'

type EventOf<TType extends string, TFacts extends object> = { readonly type: TType; readonly at: Date } & Readonly<TFacts>
type OfCall<TMetadata extends object> = { call: Call<TMetadata> }
type OfAttempt<TMetadata extends object> = { call: Call<TMetadata>; attempt: Attempt }

/** Why an event could not be bound to an attempt: no such attempt yet, several that it could mean, or names that contradict one another. */
export type ParkingReason = 'unknown' | 'ambiguous' | 'conflict'

/**
 * What a listener hears: frozen, at most once, after the commit, in the process whose commit it was. The rows are the truth.
 *
 * | event | facts | emitted when, by |
 * |---|---|---|
 * | `call.enqueued` | `call` | `enqueue`, `enqueueMany`, `retry` inserted it; not for a replay, nor within a host's own transaction |
 * | `call.updated` | `call` | `update` changed it |
 * | `call.postponed` | `call`, `reason` | `beforeDial` postponed it, threw, or took too long; the worker that claimed it |
 * | `call.retrying` | `call` | an attempt ended and another will follow; who settled it |
 * | `call.completed` | `call`, `attempt` | its last attempt ended `completed` or `voicemail`; who settled it |
 * | `call.failed` | `call`, `attempt` | rejected, or no attempt is left; who settled it |
 * | `call.expired` | `call` | its deadline passed, or its last attempt was lost; the worker whose turn it was |
 * | `call.canceled` | `call` | `cancel` ended it while PENDING, or its live attempt ended after a cancellation |
 * | `attempt.placed` | `call`, `attempt` | the provider accepted the dial; the worker that dialed |
 * | `attempt.answered` | `call`, `attempt` | somebody, or a machine, took the call; who read the event |
 * | `attempt.unconfirmed` | `call`, `attempt` | nobody can say whether the phone rang; who noticed |
 * | `attempt.ended` | `call`, `attempt` | its outcome is known, or it was given up as lost; who settled it |
 * | `attempt.refined` | `call`, `attempt` | a later event told more of an ended attempt |
 * | `attempt.revived` | `call`, `attempt` | the provider spoke of an attempt that had been given up, or put back |
 * | `gate.closed`, `gate.opened` | `gate` | the turn that closed or opened it |
 * | `webhook.received` | `provider`, `hook`, `rawBody`, `events` | a webhook was verified, before its events are applied |
 * | `webhook.rejected` | `provider`, `problem` | a webhook's signature or body was refused |
 * | `webhook.parked` | `provider`, `event`, `reason` | an event waits for its attempt |
 * | `error` | `error` | a listener threw, the database or a provider failed, an option is doubtful |
 */
export type CallEvent<TMetadata extends object = JsonObject> =
  | EventOf<'call.enqueued' | 'call.updated' | 'call.retrying' | 'call.expired' | 'call.canceled', OfCall<TMetadata>>
  | EventOf<'call.postponed', OfCall<TMetadata> & { reason: string }>
  | EventOf<'call.completed' | 'call.failed', OfAttempt<TMetadata>>
  | EventOf<AttemptEventType, OfAttempt<TMetadata>>
  | EventOf<'gate.closed' | 'gate.opened', { gate: Gate }>
  | EventOf<'webhook.received', { provider: string; hook: string | null; rawBody: Uint8Array; events: readonly ProviderEvent[] }>
  | EventOf<'webhook.rejected', { provider: string; problem: Problem }>
  | EventOf<'webhook.parked', { provider: string; event: ProviderEvent; reason: ParkingReason }>
  | EventOf<'error', { error: Error }>

/** The events that speak of one attempt. */
export type AttemptEventType =
  | 'attempt.placed'
  | 'attempt.answered'
  | 'attempt.unconfirmed'
  | 'attempt.ended'
  | 'attempt.refined'
  | 'attempt.revived'

/** The name of an event. */
export type CallEventType = CallEvent['type']

/** The event that a listener of `TType` hears. */
export type EventNamed<TMetadata extends object, TType extends CallEventType> =
  CallEvent<TMetadata> extends infer TEvent
    ? TEvent extends { readonly type: infer TTypes }
      ? TType extends TTypes
        ? Omit<TEvent, 'type'> & { readonly type: TType }
        : never
      : never
    : never
