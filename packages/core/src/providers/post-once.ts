import { type ClientRequest, type IncomingMessage, request as requestOverHttp } from 'node:http'
import { request as requestOverHttps } from 'node:https'
import type { Socket } from 'node:net'
import { isOverdue } from '../ports/deadline.ts'
import { type BoundedBody, readBounded } from './read-bounded.ts'

/** A request that must leave once at most. */
export interface SinglePost {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** A connection, its TLS handshake included, that takes longer is given up: nothing was sent yet. Defaults to 5 000. */
  readonly connectTimeoutMs?: number
}

/**
 * What became of a {@link SinglePost}:
 *
 * - `answered`: whatever the status; `isWhole` is false where the body was cut or held more than 64 kB;
 * - `never-sent`: the connection failed or the deadline came before a byte of the request could leave, so nobody has read it;
 * - `unanswered`: it may have been read.
 */
export type SinglePostResult =
  | ({ readonly kind: 'answered'; readonly status: number; readonly headers: Headers } & BoundedBody)
  | { readonly kind: 'never-sent'; readonly error: unknown }
  | { readonly kind: 'unanswered'; readonly error: unknown }

const maxAnswerBytes = 65_536

/**
 * Sends one POST over a connection of its own: no retry, no redirect, and no connection kept from before, since one that the server has just closed
 * looks like a request that was read. Nothing is written once the deadline has passed, however late its timer runs. Never throws for what the network did. It is `node:http` rather than ky, because `fetch` takes connections
 * from a pool that the whole process shares, and cannot say whether a failure came before or after the request left.
 */
export function postOnce(post: SinglePost, signal: AbortSignal): Promise<SinglePostResult> {
  if (isOverdue(signal)) return Promise.resolve({ kind: 'never-sent', error: signal.reason ?? tooLate() })
  try {
    return resultOf(openRequest(post, signal), post, signal)
  } catch (error) {
    return Promise.resolve({ kind: 'never-sent', error })
  }
}

function resultOf(client: ClientRequest, { body, connectTimeoutMs = 5_000 }: SinglePost, signal: AbortSignal): Promise<SinglePostResult> {
  return new Promise((resolve) => {
    const connectBy = performance.now() + connectTimeoutMs
    const connecting = setTimeout(() => client.destroy(connectTimeout(connectTimeoutMs)), connectTimeoutMs).unref()
    let isSent = false
    let hasAnswer = false
    const fail = (error: Error) => {
      // An answer that breaks off is reported by its body.
      if (!hasAnswer) resolve({ kind: isSent && !isRefusedLate(error) ? 'unanswered' : 'never-sent', error })
    }
    const send = () => {
      clearTimeout(connecting)
      // The last look at the clock and the request are one synchronous step: a process that stood still hears of its connection before its overdue timers run.
      if (isOverdue(signal) || performance.now() >= connectBy) return void client.destroy(tooLate())
      isSent = true
      client.end(body)
    }
    client.once('socket', (socket) => whenReady(socket, send))
    client.once('response', (response) => {
      hasAnswer = true
      readAnswer(response).then(resolve, (error: unknown) => resolve({ kind: 'unanswered', error }))
    })
    client.on('error', fail)
    client.once('close', () => {
      clearTimeout(connecting)
      fail(new Error('The connection closed without an answer.'))
    })
  })
}

function openRequest({ url, headers, body }: SinglePost, signal: AbortSignal): ClientRequest {
  const open = url.protocol === 'https:' ? requestOverHttps : requestOverHttp
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  return open(url, { method: 'POST', agent: false, headers: { ...headers, ...length, connection: 'close' }, signal })
}

/** A request may be written when TCP stands, under TLS when the certificate has been found good. */
function whenReady(socket: Socket, ready: () => void): void {
  if (socket.connecting) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', ready)
  else ready()
}

function connectTimeout(afterMs: number): Error {
  return Object.assign(new Error(`No connection within ${afterMs} ms.`), { code: 'CONNECT_TIMEOUT' })
}

function tooLate(): Error {
  return Object.assign(new Error('The connection stood when it was too late to send.'), { code: 'TOO_LATE' })
}

/** TLS 1.3 lets a client speak first and be told afterwards that its own certificate was missing; the server has read nothing then. */
function isRefusedLate(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'
}

async function readAnswer(response: IncomingMessage): Promise<SinglePostResult> {
  const body = await readBounded(response, maxAnswerBytes)
  return { kind: 'answered', status: response.statusCode ?? 0, headers: headersOf(response), ...body }
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  return headers
}
