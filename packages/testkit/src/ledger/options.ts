import type { EndStatus } from './plan/call-status.ts'
import type { PlaceFault, PlaceMode } from './plan/place-modes.ts'

/** Milliseconds: always the same, or drawn evenly from a range. */
export type Span = number | readonly [from: number, to: number]

/** Which of our references a webhook repeats. With `none` only the query of the callback URL tells whose it is. */
export type WebhookEcho = 'all' | 'attemptId' | 'callId' | 'providerCallId' | 'none'

/** How the ledger speaks of its calls. The fractions are shares of calls, 0…1, drawn independently; all default to 0. */
export interface WebhookOptions {
  /** Defaults to `all`. */
  readonly echo?: WebhookEcho
  /** `RINGING` and `IN_PROGRESS` are told as well, not the end alone. Defaults to true. */
  readonly progress?: boolean
  /** Nothing is ever told. */
  readonly never?: number
  /** Each single event is forgotten with this chance, unlike `never`, which silences a whole call. */
  readonly dropped?: number
  /** The whole call passes, its end is told, and only then is the POST answered. */
  readonly early?: number
  /** Every event is told twice, at once, under the same event id. */
  readonly twice?: number
  /** The end is told `lateMs` after it happened. */
  readonly late?: number
  /** Defaults to 2 000. */
  readonly lateMs?: number
  /** All events are told after the end, in another order than they happened. */
  readonly shuffled?: number
  /** How often one event is sent at most, until a 2xx. Defaults to 5. */
  readonly tries?: number
  /** Between the first two tries; doubles with each. Defaults to 200. */
  readonly retryDelayMs?: number
  /** How long one try may take. Defaults to 10 000. */
  readonly timeoutMs?: number
}

/** What the ledger can be asked and told about a call beyond placing it. Whatever is off answers 501. */
export interface LookupOptions {
  /** `GET /calls/{providerCallId}`. Defaults to true. */
  readonly get?: boolean
  /** `GET /calls?attemptId=`. Defaults to true. */
  readonly find?: boolean
  /** A call is missing from the list for so long after its ring. Defaults to 0. */
  readonly findLagMs?: number
  /** `POST /calls/{providerCallId}/cancel`. Defaults to true. */
  readonly cancel?: boolean
}

/** What may change while a ledger runs. A change concerns requests that come after it; calls that ring keep their plan. */
export interface LedgerConduct {
  /** Other than `normal`: every POST is treated so. Defaults to `normal`, where `faults` and magic numbers rule. */
  readonly mode?: PlaceMode
  /** Shares of POSTs that are treated otherwise, together at most 1: `{ ringThenHang: 0.1, throttle: 0.05 }`. Defaults to none. */
  readonly faults?: { readonly [fault in PlaceFault]?: number }
  /** Sent with a 429; null sends no `Retry-After`. Defaults to null. */
  readonly retryAfterSec?: number | null
  /** The status of `error` and `ringThenError`, 500…599. Defaults to 503. */
  readonly errorStatus?: number
  /** How long `slow` waits. Defaults to 1 000. */
  readonly slowMs?: number
  /** A repeated `Idempotency-Key` reaches the same call instead of ringing again; with other bytes it is a 422. Defaults to false. */
  readonly dedupe?: boolean
  /** How long a key is recognised. Defaults to 24 hours. */
  readonly dedupeWindowMs?: number
  /** A POST beyond so many live calls is a 429. Defaults to null: no limit. */
  readonly maxConcurrent?: number | null
  /** From the ring to the answer. Defaults to [2, 10]. */
  readonly ringMs?: Span
  /** From the answer to the end; `maxDurationSec` of a request cuts it. Defaults to [10, 50]. */
  readonly durationMs?: Span
  /** Weights of the ways a call ends. Defaults to `{ COMPLETED: 1 }`. */
  readonly outcomes?: { readonly [status in EndStatus]?: number }
  /** Numbers that end in 0001…0009 behave as the table of magic numbers says. Defaults to false. */
  readonly magicNumbers?: boolean
  readonly webhooks?: WebhookOptions
  readonly lookups?: LookupOptions
}

/** A ring ledger's options. Every one has a default. */
export interface LedgerOptions extends LedgerConduct {
  /** Defaults to 0: any free port. */
  readonly port?: number
  /** Defaults to `127.0.0.1`. */
  readonly host?: string
  /** The append-only file. One that exists is continued: its live calls go on. Unset: one in a fresh temporary folder, removed by `close()`. */
  readonly file?: string
  /** The same seed treats the same attempts alike. Defaults to `ledger`. */
  readonly seed?: string
  /** Demanded as `Authorization: Bearer`, else 401. Unset: nobody is asked. */
  readonly apiKey?: string
  /** `whsec_…`: webhooks are signed by Standard Webhooks. Unset: they are not signed. */
  readonly webhookSecret?: string
}

/** A ledger's conduct with every default filled in. */
export type LedgerRules = Required<Omit<LedgerConduct, 'webhooks' | 'lookups'>> & {
  readonly webhooks: Required<WebhookOptions>
  readonly lookups: Required<LookupOptions>
}

/** Fills in the defaults. */
export function rulesFrom(conduct: LedgerConduct): LedgerRules {
  return changedRules(defaultRules, conduct)
}

/** The rules after a change: what the change does not name stays; `faults` and `outcomes` are replaced whole. */
export function changedRules(rules: LedgerRules, change: LedgerConduct): LedgerRules {
  return {
    ...rules,
    ...change,
    webhooks: { ...rules.webhooks, ...change.webhooks },
    lookups: { ...rules.lookups, ...change.lookups },
  }
}

const defaultRules: LedgerRules = {
  mode: 'normal',
  faults: {},
  retryAfterSec: null,
  errorStatus: 503,
  slowMs: 1_000,
  dedupe: false,
  dedupeWindowMs: 86_400_000,
  maxConcurrent: null,
  ringMs: [2, 10],
  durationMs: [10, 50],
  outcomes: { COMPLETED: 1 },
  magicNumbers: false,
  webhooks: {
    echo: 'all',
    progress: true,
    never: 0,
    dropped: 0,
    early: 0,
    twice: 0,
    late: 0,
    lateMs: 2_000,
    shuffled: 0,
    tries: 5,
    retryDelayMs: 200,
    timeoutMs: 10_000,
  },
  lookups: { get: true, find: true, findLagMs: 0, cancel: true },
}
