import type { ServerResponse } from 'node:http'
import type { BookedCall } from '../calls/call-book.ts'
import { elapsed } from '../elapsed.ts'
import type { LedgerRules } from '../options.ts'
import type { PlaceMode } from '../plan/place-modes.ts'
import type { JsonReply } from './http-exchange.ts'

/** The path where a redirect leads to. */
export const redirectedPath = '/redirected/calls'

/** What an answer to a POST is made from. */
export interface PlaceAnswer {
  readonly response: ServerResponse
  /** Null where nothing rang. */
  readonly call: BookedCall | null
  /** The key was recognised: the call rang by an earlier POST. */
  readonly isRepeat: boolean
  readonly rules: LedgerRules
  readonly closing: AbortSignal
}

/** The answer that a mode gives to a POST; null where it deals with the connection itself. Whatever was to ring has rung, and is on the disk. */
export const answerIn: { readonly [mode in PlaceMode]: (answer: PlaceAnswer) => JsonReply | null | Promise<JsonReply | null> } = {
  normal: accept,
  slow: async (answer) => ((await elapsed(answer.rules.slowMs, answer.closing)) ? accept(answer) : null),
  cutBody: cutInTheMiddle,
  nonsense: sendPage,
  ringThenHang: saySilence,
  ringThenError: fail,
  ringThenReset: reset,
  hang: saySilence,
  error: fail,
  reset,
  redirect: () => ({ status: 307, body: {}, headers: { location: redirectedPath } }),
  throttle: ({ rules }) => ({ status: 429, body: { error: 'Too many calls.' }, headers: retryAfter(rules) }),
  blocked: () => ({ status: 402, body: { error: 'The account has no credit.' } }),
  reject: () => ({ status: 422, body: { error: 'The number cannot be called.' } }),
}

function accept({ call, isRepeat }: PlaceAnswer): JsonReply {
  if (isRepeat) return { status: 200, body: acceptance(call), headers: { 'idempotent-replayed': 'true' } }
  return { status: 201, body: acceptance(call) }
}

function acceptance(call: BookedCall | null): object {
  return { providerCallId: call?.ring.providerCallId, status: call?.status }
}

function cutInTheMiddle({ response, call }: PlaceAnswer): null {
  const body = JSON.stringify(acceptance(call))
  response.writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.write(body.slice(0, body.length / 2), () => response.socket?.destroy())
  return null
}

function sendPage({ response }: PlaceAnswer): null {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome!</body></html>')
  return null
}

/** The caller hears nothing until it gives up, or the ledger closes. */
function saySilence(): null {
  return null
}

function fail({ rules }: PlaceAnswer): JsonReply {
  return { status: rules.errorStatus, body: { error: 'Something went wrong.' } }
}

function reset({ response }: PlaceAnswer): null {
  response.socket?.resetAndDestroy()
  return null
}

function retryAfter({ retryAfterSec }: LedgerRules): Record<string, string> {
  return retryAfterSec === null ? {} : { 'retry-after': String(retryAfterSec) }
}
