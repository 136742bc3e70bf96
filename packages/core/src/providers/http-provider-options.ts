import type { DialRequest, PlacedAttempt } from '../domain/attempt.ts'
import type { JsonObject } from '../domain/json.ts'
import type { LookupResult, PlaceResult, WebhookRequest, WebhookResult } from '../ports/provider.ts'
import type { Now } from './clock.ts'

/** What a script means at the platform. */
export interface ScriptTarget {
  /** Sent as `scriptId`. Defaults to our script id. */
  readonly agentId?: string
  /** The caller id of calls that name none. */
  readonly from?: string
}

/** Our script ids and what they mean at the platform, as a table or a function; what is missing there cannot be dialed. */
export type Scripts = Readonly<Record<string, ScriptTarget>> | ((scriptId: string) => ScriptTarget | undefined)

/** The four requests of the generic protocol. */
export type HttpOperation = 'place' | 'get' | 'find' | 'hangUp'

/** An answer of the platform, as a mapping sees it. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  /** Undefined where the body is no JSON, or was cut. */
  readonly body: unknown
  readonly text: string
}

/** How a platform differs from the generic protocol. Each function may answer undefined to leave things as they are. */
export interface HttpMapping {
  /** The path and query below `baseUrl`. Defaults to `/calls`, `/calls/{providerCallId}`, `/calls?attemptId={attemptId}` and `/calls/{providerCallId}/cancel`. */
  readonly path?: (operation: HttpOperation, attempt: DialRequest | PlacedAttempt) => string | undefined
  /** Headers beside ours; one of the same name, in lower case, takes the place of ours. */
  readonly headers?: (operation: HttpOperation, attempt: DialRequest | PlacedAttempt) => Readonly<Record<string, string>> | undefined
  /** The body of the dial request. It is given ours. The same request must give the same body, or a repeated one is no repetition. */
  readonly body?: (request: DialRequest, body: JsonObject) => JsonObject | undefined
  /** What the answer to the dial request means. Undefined leaves it to the status and the usual ids. */
  readonly answer?: (answer: HttpAnswer, request: DialRequest) => PlaceResult | undefined
  /** What the answer to `get` or `find` means. */
  readonly lookup?: (operation: 'get' | 'find', answer: HttpAnswer, attempt: PlacedAttempt) => LookupResult | undefined
  /** The events of a webhook whose signature was checked, or need not be. */
  readonly event?: (body: unknown, request: WebhookRequest) => WebhookResult | undefined
}

/** A platform that speaks the generic provider protocol, or nearly. */
export interface HttpProviderOptions {
  /** `^[a-z][a-z0-9-]{0,31}$`: stored with attempts, part of the webhook path. Defaults to `http`. */
  readonly name?: string
  /** Where `/calls` is, with whatever path comes before it. */
  readonly baseUrl: string | URL
  /** Sent as `Authorization: Bearer`. Defaults to no such header. */
  readonly apiKey?: string
  /** `whsec_…` secrets, any of which may have signed a webhook. `false` believes unsigned ones, which anybody can send; there is no default. */
  readonly webhookSecrets: readonly string[] | false
  /** Defaults to sending our script ids as they are. */
  readonly scripts?: Scripts
  /** The platform answers `GET /calls/{providerCallId}`. Defaults to false. */
  readonly get?: boolean
  /** The platform answers `GET /calls?attemptId=` with a complete list. Defaults to false. */
  readonly find?: boolean
  /** The platform answers `POST /calls/{providerCallId}/cancel`. Defaults to false. */
  readonly hangUp?: boolean
  /** How long the platform recognises an `Idempotency-Key`, and dials it once only. Defaults to not at all. */
  readonly idempotencyWindowMs?: number
  /** How long the platform may take to answer a dial request. Defaults to 10 000. */
  readonly placeTimeoutMs?: number
  /** How long after a dial request its list may lack the call. Defaults to 30 000. */
  readonly findSettleMs?: number
  /** No call lasts longer. Defaults to 24 hours. */
  readonly maxCallMs?: number
  /** Live calls that the platform allows. Defaults to no limit of its own. */
  readonly maxConcurrent?: number
  /** Dials a second that the platform allows. Defaults to no limit of its own. */
  readonly dialsPerSecond?: number
  /** Statuses that the platform documents as refused before anything was dialed, for instance 503. Defaults to none. */
  readonly notPlacedStatuses?: readonly number[]
  /** Defaults to the generic protocol. */
  readonly map?: HttpMapping
  /** The time that signatures are checked against. Defaults to the time of this machine. */
  readonly now?: Now
}
