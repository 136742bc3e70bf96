import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Call } from '../domain/call.ts'
import type { JsonObject } from '../domain/json.ts'
import type { RetryOptions, RetryPolicy } from '../domain/retry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Provider } from '../ports/provider.ts'
import type { Store } from '../ports/store.ts'

/** The host's last word before a dial: go, later, or never. */
export type BeforeDialResult = 'dial' | { readonly postponeMs: number; readonly reason: string } | { readonly cancel: string }

/** Consent, do-not-call lists, calling hours. Runs inside the send window; a throw or a timeout postpones the call 60 s. */
export type BeforeDial<TMetadata extends object> = (
  call: Call<TMetadata>,
  context: { readonly attemptNumber: number; readonly signal: AbortSignal },
) => Promise<BeforeDialResult> | BeforeDialResult

/** What to do with an attempt that nobody can settle: dial again, give the call up, or hold slot and number until `resolve`. */
export type LostChoice = 'retry' | 'expire' | 'hold'

/** Everything a {@link CallOrchestrator} is told, once. Unknown keys are refused. */
export interface OrchestratorOptions<TMetadata extends object = JsonObject, TTransaction = unknown, TSyncTransaction = unknown> {
  /** Serves this orchestrator alone. */
  readonly store: Store<TTransaction, TSyncTransaction>
  /** One, or several; the first dials calls that name none. */
  readonly provider: Provider | readonly [Provider, ...Provider[]]
  /** Live attempts across the fleet, 1…100 000; written to the database by `start()`. */
  readonly concurrency: number
  /** Dials a second across the fleet. Defaults to the lowest that a provider declares, or no limit. */
  readonly dialsPerSecond?: number
  /** Defaults to 3 attempts, 30 s doubling to 1 h, with jitter. */
  readonly retry?: RetryOptions | RetryPolicy
  /** No live call is silent that long, in milliseconds. Defaults to 900 000. */
  readonly staleAfterMs?: number
  /** When the provider is asked about a silent attempt. Defaults to `{ afterMs: 60 000, everyMs: 30 000 }`. */
  readonly reconcile?: { readonly afterMs?: number; readonly everyMs?: number }
  /** `unconfirmed`: a phone that perhaps never rang. `silent`: a call known to have been placed. Defaults to `{ unconfirmed: 'retry', silent: 'expire' }`. */
  readonly onLost?: { readonly unconfirmed?: LostChoice; readonly silent?: LostChoice }
  /** Where the HTTP routes are mounted, seen from the provider. Unset: no webhooks, polling only. */
  readonly publicUrl?: string
  /** Any Standard Schema: types and checks metadata. */
  readonly metadata?: StandardSchemaV1<unknown, TMetadata>
  /** `facts` leaves the transcript out, `none` keeps times and duration only. Defaults to `facts`. */
  readonly storeDetails?: 'all' | 'facts' | 'none'
  readonly beforeDial?: BeforeDial<TMetadata>
  /** ISO 3166-1 alpha-2 codes; numbers of other countries are refused. Defaults to all. */
  readonly allowedCountries?: readonly string[]
  /** A sentence refuses the number, null takes it. Runs after the built-in checks. */
  readonly checkNumber?: (to: string) => string | null
  /** Deletes ended calls that are older. Defaults to never. */
  readonly retention?: { readonly olderThanMs: number }
  /** Pino-compatible. Phone numbers in it are masked. */
  readonly logger?: Logger
  /** For tests. */
  readonly clock?: Clock
}
