import type { Call, CallStatus } from '../domain/call.ts'
import type { JsonObject, Variables } from '../domain/json.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Control, ListQuery, StoreMetrics } from '../ports/store.ts'

/** What every call can carry beside its metadata. */
export interface EnqueueBase {
  /** E.164: `+` and 7 to 15 digits. */
  readonly to: string
  /** 1–200 characters; a provider may map it to an agent of its own. */
  readonly scriptId: string
  /** Caller id: 1–64 visible ASCII characters. Defaults to the provider's own. */
  readonly from?: string
  /** What the script may say: flat, at most 16 kB. Defaults to `{}`. */
  readonly variables?: Variables
  /** The provider's name. Defaults to the first provider of the process that dials it. */
  readonly provider?: string
  /** By provider name, merged last into its request; at most 16 kB. Defaults to `{}`. */
  readonly providerOptions?: Readonly<Record<string, JsonObject>>
  /** 1–100 visible ASCII characters. */
  readonly tenant?: string
  /** −100…100; higher first. Defaults to 0. */
  readonly priority?: number
  /** Not dialed earlier. Defaults to at once. */
  readonly scheduledAt?: Date
  /** No dial begins later. Defaults to never. */
  readonly expiresAt?: Date
  /** 1…100. Defaults to the orchestrator's `retry.maxAttempts`. */
  readonly maxAttempts?: number
  /** False: may ring a number that has another live call. Defaults to true. */
  readonly exclusive?: boolean
  /** 1–255 visible ASCII characters, unique within the tenant for as long as its call exists. */
  readonly idempotencyKey?: string
}

/** What `enqueue` takes; `metadata` is required where its schema has required keys. */
export type EnqueueInput<TMetadata extends object = JsonObject> = EnqueueBase &
  (Record<never, never> extends TMetadata ? { readonly metadata?: TMetadata } : { readonly metadata: TMetadata })

/** What `update` takes: null clears, a missing key stays. `metadata` and `variables` are replaced whole. */
export type UpdateInput<TMetadata extends object = JsonObject> = {
  readonly [TKey in Exclude<keyof EnqueueBase, 'tenant' | 'idempotencyKey'>]?: EnqueueBase[TKey] | null
} & { readonly metadata?: TMetadata | null }

/** What `list` takes. */
export type ListInput = Omit<ListQuery, 'status'> & {
  /** One, or several. */
  readonly status?: CallStatus | readonly CallStatus[]
}

/** The call, and whether its idempotency key had been used for it before. */
export interface EnqueueResult<TMetadata extends object = JsonObject> {
  readonly call: Call<TMetadata>
  readonly replayed: boolean
}

/** The host's word on an attempt that nobody could settle. */
export type Verdict = { readonly ended: Outcome } | 'not-rang'

/** A webhook as the host's framework has it. */
export interface IncomingWebhook {
  /** Defaults to the first provider. */
  readonly provider?: string
  readonly hook?: string
  readonly method: string
  /** Absolute, or a path with its query, which is then resolved against `publicUrl`. */
  readonly url: string
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  readonly rawBody: Uint8Array | string
}

/** What to answer to the platform. */
export interface WebhookAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Figures for operators: the store's, the control's, and this process's own. */
export interface Metrics {
  readonly store: StoreMetrics
  readonly control: Control
  /** Late events of attempts that had been given up, since this process began. */
  readonly revived: number
  readonly webhooks: { readonly received: number; readonly rejected: number; readonly parked: number }
}
