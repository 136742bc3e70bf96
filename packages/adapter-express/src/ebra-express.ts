import type { ServerResponse } from 'node:http'
import { createHttpHandler, type HttpResponse, type MountOptions, type OrchestratorApi, resolveMount } from '@ebra/core/http'
import type { Request } from 'express'
import { type ExpressRequest, toHttpRequest } from './express-request.ts'

/** What `app.use` takes, in Express 4, Express 5 and Nest. */
export type ExpressHandler = (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void) => void

/**
 * Serves the routes from an Express application, below the path where it is mounted. Other paths go on to `next()`.
 *
 * ```ts
 * app.use('/voice', ebraExpress(orchestrator, { authorize }))
 * app.use(express.json())
 * ```
 *
 * Mount it above body parsers: the signature of a webhook is checked on the bytes that came. Below one, webhooks need `request.rawBody` (or a Buffer as `request.body`), and are
 * answered by 500 without; the other routes take a parsed `request.body` as well. Throws a ConfigurationError for options that are wrong.
 */
export function ebraExpress<TRequest extends ExpressRequest = Request>(
  orchestrator: OrchestratorApi,
  options: MountOptions<TRequest>,
): ExpressHandler {
  const handle = createHttpHandler(orchestrator, resolveMount('ebraExpress', options))
  return (request, response, next) => {
    // Whatever the host's own middleware added to the request, only the host knows: TRequest is its word for it.
    handle(toHttpRequest(request), request as TRequest).then((answer) => (answer === null ? next() : send(response, answer)), next)
  }
}

/** Headers that earlier middleware set, such as CORS, stay. */
function send(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  // The client may have gone away, or a time-out of the host may have answered.
  if (response.headersSent || response.destroyed) return
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.end(body)
}
