import { Readable } from 'node:stream'
import { type HttpRequest, headersFromNode, readNodeBody } from '@ebra/core/http'
import type { FastifyRequest } from 'fastify'

/** The request in the words of the routes. */
export function toHttpRequest(request: FastifyRequest, prefix: string): HttpRequest {
  const { method, host, protocol, body, raw } = request
  return {
    ...splitUrl(request.url, prefix),
    method,
    origin: `${protocol}://${host || 'localhost'}`,
    headers: headersFromNode(raw.headers),
    body: async (limitBytes) => (body instanceof Readable ? readNodeBody(body, raw.headers, limitBytes) : new Uint8Array()),
  }
}

/** A prefix with parameters, `/:team/voice`, is as many segments of the URL as it has itself. */
function splitUrl(url: string, prefix: string): { readonly basePath: string; readonly url: string } {
  const depth = prefix.replace(/\/$/, '').split('/').length
  const segments = url.split('/')
  return { basePath: segments.slice(0, depth).join('/'), url: `/${segments.slice(depth).join('/')}` }
}
