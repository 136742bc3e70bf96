import { fingerprint } from './draws.ts'

/** One `POST /calls` as the ledger understood it. */
export interface Dial {
  /** What names the attempt: `Idempotency-Key`, else `attemptId` of the body; null where the caller gave neither. */
  readonly key: string | null
  readonly attemptId: string | null
  readonly callId: string | null
  readonly to: string
  readonly callbackUrl: string | null
  readonly maxDurationMs: number | null
  /** The body as it was parsed. */
  readonly body: unknown
  /** Of the bytes of the body: two requests with the same one are the same request. */
  readonly digest: string
  /** Followed our own redirect: treated as `normal`. */
  readonly redirected: boolean
}

/** What came before a dial, counted when it comes. */
export interface DialHistory {
  /** Earlier POSTs of the same attempt. */
  readonly postsOfAttempt: number
  /** Earlier POSTs and rings of the same call, whatever the attempt. */
  readonly postsOfCall: number
  readonly ringsOfCall: number
}

/** What an attempt is known by, for the draws and the counts: the strongest name that it has. */
export function attemptNameOf({ key, callId, to }: Pick<Dial, 'key' | 'callId' | 'to'>): string {
  return key ?? callNameOf({ callId, to })
}

/** What a call is known by, through all of its attempts. */
export function callNameOf({ callId, to }: Pick<Dial, 'callId' | 'to'>): string {
  return callId ?? to
}

/**
 * Reads a dial from the wire.
 *
 * @returns a sentence that says what is wrong where it is no dial at all.
 */
export function dialFrom(rawBody: Buffer, idempotencyKey: string | undefined, redirected: boolean): Dial | string {
  const body = parsed(rawBody)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'The body must be a JSON object.'
  const fields = body as Readonly<Record<string, unknown>>
  const { to, maxDurationSec } = fields
  if (typeof to !== 'string' || to === '') return 'The body names no number to call: "to" is missing.'
  const callbackUrl = textOrNull(fields['callbackUrl'])
  if (callbackUrl !== null && !isHttpAddress(callbackUrl)) return `"callbackUrl" is no http address: ${callbackUrl}`
  const attemptId = textOrNull(fields['attemptId'])
  return {
    key: idempotencyKey ?? attemptId,
    attemptId,
    callId: textOrNull(fields['callId']),
    to,
    callbackUrl,
    maxDurationMs: typeof maxDurationSec === 'number' ? maxDurationSec * 1_000 : null,
    body,
    digest: fingerprint(rawBody.toString('base64')),
    redirected,
  }
}

function parsed(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'))
  } catch {
    return undefined
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}
