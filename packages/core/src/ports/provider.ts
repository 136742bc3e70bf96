import type { AttemptDetails, AttemptPhase, DialRequest, PlacedAttempt } from '../domain/attempt.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Refusal } from '../domain/refusal.ts'

/** What a provider says of an attempt, in an event or in a look-up. */
export type AttemptState =
  | { readonly kind: 'live'; readonly phase: AttemptPhase; readonly details?: AttemptDetails }
  | { readonly kind: 'ended'; readonly outcome: Outcome; readonly details?: AttemptDetails }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** The provider took the call: it may be ringing from now on. */
export interface Accepted {
  readonly kind: 'accepted'
  /** Null where the answer was cut: the call was placed, under an id we do not know. */
  readonly providerCallId: string | null
  /** Other ids that bind webhooks too, a CallSid beside a conversation id. */
  readonly aliases?: readonly string[]
  /** At most 4 kB; comes back in `get`, `find` and `hangUp`. */
  readonly providerState?: JsonObject
  /** Dials that the provider would still take now, where it says so. */
  readonly remaining?: number
}

/** The answer to one dial request. `unknown`: it may have rung, nobody can say. */
export type PlaceResult =
  | Accepted
  | { readonly kind: 'ended'; readonly outcome: Outcome; readonly details?: AttemptDetails }
  | { readonly kind: 'unknown'; readonly message: string }
  | Refusal

/** The answer to `get` or `find`. */
export type LookupResult =
  | { readonly kind: 'found'; readonly providerCallId: string; readonly state: AttemptState }
  /** Complete and authoritative: no such call. */
  | { readonly kind: 'absent' }
  /** A weak match, an index that lags, a platform that is down: ask again. */
  | { readonly kind: 'unsure'; readonly message: string }

/** The answer to `hangUp`. */
export interface HangUpResult {
  readonly kind: 'requested' | 'already-over' | 'failed'
  readonly message?: string
}

/** One fact from a webhook, in neutral words. It may come twice, late, out of order, or before the answer to `place`. */
export interface ProviderEvent {
  /** The platform's id, else a key of what is stable in the event. */
  readonly eventId: string
  /** When it happened, where the platform says so. */
  readonly at: Date | null
  /** Ours, as echoed. */
  readonly attemptId?: string
  readonly callId?: string
  readonly providerCallIds?: readonly string[]
  readonly state: AttemptState | { readonly kind: 'details'; readonly details: AttemptDetails; readonly outcome?: 'voicemail' }
}

/** A webhook as it arrived, bytes untouched: signatures are made over them. */
export interface WebhookRequest {
  readonly method: string
  /** Absolute and public, with its query: what the platform signed. */
  readonly url: string
  /** The last part of `/callbacks/:provider/:hook`. */
  readonly hook: string | null
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly rawBody: Uint8Array
}

/** What the platform wants to read, for instance TwiML. Defaults to 200 and `{}`. */
export interface WebhookReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** What a provider made of a webhook. No events is a good answer: it verified, and says nothing of our calls. */
export type WebhookResult =
  | { readonly kind: 'events'; readonly events: readonly ProviderEvent[]; readonly reply?: WebhookReply }
  | { readonly kind: 'unauthenticated'; readonly message: string }
  | { readonly kind: 'malformed'; readonly message: string }

/** What a provider is given with every request that it makes. */
export interface ProviderContext {
  /** Aborts at the deadline of the request. */
  readonly signal: AbortSignal
  /** The host's `staleAfterMs`: no live call is silent that long. */
  readonly maxDurationMs: number
  /** The public address of our webhook route for this attempt, tagged; null where the host has no `publicUrl`. */
  webhookUrl(hook?: string): string | null
}

/** What a provider is given to read a webhook. */
export interface WebhookContext {
  readonly signal: AbortSignal
  attempt(attemptId: string): Promise<PlacedAttempt | null>
}

/** What a platform promises. What is left out is not promised. */
export interface ProviderTraits {
  /** The same `attemptId` sent again within `windowMs` reaches the same call. */
  readonly idempotency?: { readonly windowMs: number }
  /** A create that waits for the answer needs more. Defaults to 10 000. */
  readonly placeTimeoutMs?: number
  /** `absent` counts only this long after `answerBy`: the lag of the platform's index. Defaults to 30 000. */
  readonly findSettleMs?: number
  /** No call lasts longer. Defaults to 24 hours. */
  readonly maxCallMs?: number
  /** Live calls that the platform allows. */
  readonly maxConcurrent?: number
  /** Dials a second that the platform allows. */
  readonly dialsPerSecond?: number
}

/** A request as `check` sees it: before there is an attempt. */
export type CheckRequest = Omit<DialRequest, 'attemptId' | 'callId' | 'attemptNumber'>

/**
 * A voice-AI platform. Stateless: whatever it needs to remember of an attempt comes back to it in {@link PlacedAttempt}.
 *
 * `place` sends at most one request that can ring, and never throws for what the platform answered; a throw counts as `unknown`.
 */
export interface Provider {
  /** `^[a-z][a-z0-9-]{0,31}$`: stored on attempts, part of the webhook path. */
  readonly name: string
  readonly traits: ProviderTraits
  /** True where the host chose to believe unsigned webhooks, which anybody can send: logged as a warning. */
  readonly webhooksUnsigned?: boolean
  /** What it could never dial, refused at enqueue. An empty list: fine. */
  check?(request: CheckRequest): readonly { readonly path: string; readonly message: string }[]
  /** One request that can ring: no retry, no redirect, a fresh connection. */
  place(request: DialRequest, context: ProviderContext): Promise<PlaceResult>
  /** Verifies on the raw bytes, then translates. */
  webhook(request: WebhookRequest, context: WebhookContext): WebhookResult | Promise<WebhookResult>
  /** Asks by the provider's own id. `absent` for an id that it gave us means lost, never put back. */
  get?(attempt: PlacedAttempt & { readonly providerCallId: string }, context: ProviderContext): Promise<LookupResult>
  /** Asks by our attempt id. `absent` only from a complete, authoritative answer. */
  find?(attempt: PlacedAttempt, context: ProviderContext): Promise<LookupResult>
  hangUp?(attempt: PlacedAttempt, context: ProviderContext): Promise<HangUpResult>
  /**
   * For a platform that speaks over a connection of its own instead of HTTP (a socket, a queue, the simulator): hands each message to `deliver`,
   * which answers like the webhook route. Called once, by the orchestrator's constructor.
   */
  subscribe?(deliver: (request: WebhookRequest) => Promise<WebhookReply>): void
  close?(): Promise<void>
}
