import type { IncomingMessage } from 'node:http'
import { ConfigurationError } from '@ebra/core'
import { BodyTooLargeError, type HttpRequest, headersFromNode, readNodeBody } from '@ebra/core/http'

/** A request of Node's, and what Express and body parsers add to it. */
export interface ExpressRequest extends IncomingMessage {
  readonly baseUrl?: string
  readonly protocol?: string
  readonly body?: unknown
  /** The bytes of the body, where the host kept them. */
  readonly rawBody?: unknown
}

/** The request in the words of the routes. */
export function toHttpRequest(request: ExpressRequest): HttpRequest {
  const { method = 'GET', url = '/', baseUrl = '', protocol = 'http', headers } = request
  return {
    method,
    url,
    basePath: baseUrl,
    origin: `${protocol}://${headers.host ?? 'localhost'}`,
    headers: headersFromNode(headers),
    body: (limitBytes) => readBody(request, limitBytes),
    parsedBody: keptBytes(request) === null && isRead(request) ? request.body : undefined,
  }
}

async function readBody(request: ExpressRequest, limitBytes: number): Promise<Uint8Array> {
  const bytes = keptBytes(request)
  if (bytes !== null) return withinLimit(bytes, limitBytes)
  if (!isRead(request)) return readNodeBody(request, request.headers, limitBytes)
  if (request.headers['content-length'] === '0') return new Uint8Array()
  throw new ConfigurationError(bodyWasParsed(request.baseUrl ?? ''))
}

/** What `express.raw()`, or a host that thought of it, left of the body. */
function keptBytes({ rawBody, body }: ExpressRequest): Uint8Array | null {
  if (Buffer.isBuffer(rawBody)) return rawBody
  return Buffer.isBuffer(body) ? body : null
}

function isRead(request: ExpressRequest): boolean {
  return request.readableDidRead || request.readableEnded
}

function withinLimit(bytes: Uint8Array, limitBytes: number): Uint8Array {
  if (bytes.length > limitBytes) throw new BodyTooLargeError(limitBytes)
  return bytes
}

function bodyWasParsed(mountPath: string): string {
  const mount = mountPath === '' ? 'app.use(ebraExpress(…))' : `app.use('${mountPath}', ebraExpress(…))`
  return `A body parser read this request before ebraExpress did, so the bytes that its signature was made of are gone. Move the line ${mount} above app.use(express.json()), or keep the bytes: express.json({ verify: (request, _response, bytes) => { request.rawBody = bytes } }).`
}
