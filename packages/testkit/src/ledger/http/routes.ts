import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LedgerContext } from '../ledger-context.ts'
import { cancelCall, listCalls, showCall } from './call-routes.ts'
import { endLedger, showReport, showSummary, switchMode } from './control-routes.ts'
import type { HttpExchange, JsonReply } from './http-exchange.ts'
import { readBody } from './http-exchange.ts'
import { redirectedPath } from './place-answers.ts'
import { placeCall } from './place-call.ts'

/**
 * The reply to one request: the platform's own routes under the API key, `/_ledger` for whoever runs the ledger. Null where the route dealt with
 * the response itself.
 */
export async function replyTo(ledger: LedgerContext, request: IncomingMessage, response: ServerResponse): Promise<JsonReply | null> {
  const url = new URL(request.url ?? '/', 'http://ledger')
  const method = request.method ?? 'GET'
  const isControl = url.pathname.split('/')[1] === '_ledger'
  if (!isControl && !isAllowed(ledger, request)) return keyMissing

  const body = await readBody(request, bodyLimit)
  if (body === null) return bodyTooLarge

  for (const route of routes) {
    const match = route.method === method ? route.path.exec(url.pathname) : null
    if (match !== null) return await route.reply(ledger, { method, url, headers: request.headers, body, response }, match[1] ?? '')
  }
  return { status: 404, body: { error: `There is no ${method} ${url.pathname} here.` } }
}

const bodyLimit = 1024 * 1024

interface Route {
  readonly method: string
  readonly path: RegExp
  readonly reply: (ledger: LedgerContext, exchange: HttpExchange, id: string) => JsonReply | null | Promise<JsonReply | null>
}

const routes: readonly Route[] = [
  { method: 'POST', path: /^\/calls$/, reply: placeCall },
  { method: 'POST', path: new RegExp(`^${redirectedPath}$`), reply: placeCall },
  { method: 'GET', path: /^\/calls$/, reply: listCalls },
  { method: 'GET', path: /^\/calls\/([^/]+)$/, reply: showCall },
  { method: 'POST', path: /^\/calls\/([^/]+)\/cancel$/, reply: cancelCall },
  { method: 'GET', path: /^\/_ledger$/, reply: showSummary },
  { method: 'GET', path: /^\/_ledger\/report$/, reply: showReport },
  { method: 'POST', path: /^\/_ledger\/mode$/, reply: switchMode },
  { method: 'DELETE', path: /^\/_ledger$/, reply: endLedger },
]

function isAllowed({ apiKey }: LedgerContext, { headers }: IncomingMessage): boolean {
  return apiKey === null || headers.authorization === `Bearer ${apiKey}`
}

const keyMissing: JsonReply = {
  status: 401,
  body: { error: 'The API key is missing or wrong.' },
  headers: { 'www-authenticate': 'Bearer' },
}
const bodyTooLarge: JsonReply = { status: 413, body: { error: 'The body is too large.' }, headers: { connection: 'close' } }
