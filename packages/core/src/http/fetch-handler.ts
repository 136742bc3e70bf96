import { refuseUnknownKeys } from '../domain/options.ts'
import { ConfigurationError } from '../errors.ts'
import { createHttpHandler } from './create-http-handler.ts'
import type { HttpRequest, HttpResponse } from './http-records.ts'
import { type MountOptions, mountOptionNames, resolveMount } from './mount-options.ts'
import type { OrchestratorApi } from './orchestrator-api.ts'
import { problem } from './problem.ts'
import { readBytes, refuseDeclaredLength } from './read-bytes.ts'

/** How the routes are mounted where a server speaks the Fetch API. */
export interface FetchHandlerOptions extends MountOptions<Request> {
  /** The path in front of every route, `/voice`. Defaults to none. */
  readonly basePath?: string
}

const where = 'toFetchHandler'

/**
 * Serves the routes to whatever speaks the Fetch API: Hono, Next, Bun, Deno.
 *
 * ```ts
 * const handler = toFetchHandler(orchestrator, { authorize, basePath: '/voice' })
 * app.all('/voice/*', (context) => handler(context.req.raw))
 * ```
 *
 * The handler never rejects. It is the end of the line: a path that is not ours is a 404 problem. Throws a ConfigurationError for options that are wrong.
 */
export function toFetchHandler(orchestrator: OrchestratorApi, options: FetchHandlerOptions): (request: Request) => Promise<Response> {
  refuseUnknownKeys(where, options, [...mountOptionNames, 'basePath'])
  const { basePath, ...mountOptions } = options
  const path = resolveBasePath(basePath)
  const handle = createHttpHandler(orchestrator, resolveMount(where, mountOptions))
  return async (request) => {
    const response = await handle(requestFrom(request, path), request)
    return responseFrom(response ?? noRoute(request))
  }
}

function resolveBasePath(basePath: unknown = ''): string {
  if (typeof basePath === 'string' && /^(\/[^/?#]+)*\/?$/.test(basePath)) return basePath.replace(/\/$/, '')
  throw new ConfigurationError(`${where}: basePath must be a path like "/voice".`)
}

function requestFrom(request: Request, basePath: string): HttpRequest {
  const { origin } = new URL(request.url)
  const target = request.url.slice(request.url.indexOf('/', request.url.indexOf('//') + 2))
  const headers = Object.fromEntries(request.headers)
  return {
    method: request.method,
    url: belowMount(target, basePath),
    basePath,
    origin,
    headers,
    body: (limit) => readBody(request, headers, limit),
  }
}

/** Empty for a path beside the mount, which no route has. */
function belowMount(target: string, basePath: string): string {
  return target.startsWith(`${basePath}/`) ? target.slice(basePath.length) : ''
}

async function readBody(request: Request, headers: Readonly<Record<string, string>>, limitBytes: number): Promise<Uint8Array> {
  if (request.bodyUsed) throw new ConfigurationError(bodyWasRead)
  if (request.body === null) return new Uint8Array()
  refuseDeclaredLength(headers, limitBytes)
  // Canceling the rest of a body that is too large would close the connection before its answer is read.
  return readBytes(request.body.values({ preventCancel: true }), limitBytes)
}

const bodyWasRead = `${where}: the body of the request had been read before it came here. Pass the request on untouched, or a clone of it.`

function noRoute({ method, url }: Request): HttpResponse {
  return problem('ROUTE_NOT_FOUND', `Nothing here answers ${method} ${new URL(url).pathname}.`)
}

function responseFrom({ status, headers, body }: HttpResponse): Response {
  return new Response(body === null ? null : bodyInit(body), { status, headers: { ...headers } })
}

/** The types of the Fetch API take no bytes that could lie in shared memory. */
function bodyInit(body: string | Uint8Array): string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' ? body : new Uint8Array(body)
}
