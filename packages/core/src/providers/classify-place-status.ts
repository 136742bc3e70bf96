import type { Refusal } from '../domain/refusal.ts'
import type { PlaceResult } from '../ports/provider.ts'
import { retryAfterMsOf } from './retry-after.ts'

/** What is known of an answer beside its status and headers. */
export interface PlaceStatusOptions {
  /** Statuses that the platform documents as refused before anything was dialed. Defaults to none. */
  readonly notPlacedStatuses?: readonly number[]
  /** The platform's own code and words, for people. The code defaults to `HTTP_<status>`. */
  readonly said?: { readonly code?: string; readonly message?: string }
}

/**
 * What the status of the answer to a dial request proves, by the rules that hold for every platform:
 *
 * - 2xx: accepted, under an id that the caller reads from the body;
 * - 429: throttled; 307, 308: not placed, the request was sent back;
 * - 401, 402, 403, 404, 405, 415, 501: blocked, since our request is wrong and not the call: a mistyped address must not fail a whole list;
 * - 408, 409, 425: unknown, as is every other status outside 400–499: the phone may be ringing;
 * - every other 4xx: rejected.
 */
export function classifyPlaceStatus(status: number, headers: Headers, options: PlaceStatusOptions = {}): PlaceResult {
  if (status >= 200 && status <= 299) return { kind: 'accepted', providerCallId: null }
  const { code = `HTTP_${status}`, message: words } = options.said ?? {}
  const message = sentence(status, headers, words)
  const kind = options.notPlacedStatuses?.includes(status) ? 'not-placed' : verdictOf(status)
  return kind === 'unknown' ? { kind, message } : refusal(kind, code, message, retryAfterMsOf(headers))
}

const verdicts: Readonly<Record<number, Refusal['kind'] | 'unknown'>> = {
  307: 'not-placed',
  308: 'not-placed',
  401: 'blocked',
  402: 'blocked',
  403: 'blocked',
  404: 'blocked',
  405: 'blocked',
  408: 'unknown',
  409: 'unknown',
  415: 'blocked',
  425: 'unknown',
  429: 'throttled',
  501: 'blocked',
}

function verdictOf(status: number): Refusal['kind'] | 'unknown' {
  return verdicts[status] ?? (status >= 400 && status <= 499 ? 'rejected' : 'unknown')
}

function refusal(kind: Refusal['kind'], code: string, message: string, retryAfterMs: number | undefined): Refusal {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
  switch (kind) {
    case 'rejected':
      return { kind, code, message }
    case 'blocked':
      return { kind, scope: 'provider', code, message, ...wait }
    case 'not-placed':
    case 'throttled':
      return { kind, code, message, ...wait }
  }
}

const advice: Readonly<Record<number, string>> = {
  401: 'Check the API key.',
  402: 'Check the credit of the account.',
  403: 'Check what the API key may do.',
  404: 'Check the base URL.',
  405: 'Check the base URL.',
  415: 'Check the base URL and the body.',
  501: 'Check the base URL.',
}

function sentence(status: number, headers: Headers, words: string | undefined): string {
  const location = status >= 300 && status <= 399 ? headers.get('location') : null
  const facts = [
    `The provider answered ${status}${words ? `: ${words}` : location ? `, to be found at ${location.slice(0, 200)}` : ''}`.replace(
      /\.?$/,
      '.',
    ),
    advice[status],
  ]
  return facts.filter((fact) => fact !== undefined).join(' ')
}
