import type { IncomingMessage, ServerResponse } from 'node:http'

/** Answers a request for a path that is nobody's, in the form of every other refusal (RFC 9457). */
export function answerNoRoute({ method, url }: IncomingMessage, response: ServerResponse): void {
  const problem = {
    type: 'urn:ebra:problem:route-not-found',
    title: 'No such route',
    status: 404,
    detail: `Nothing here answers ${method} ${url}.`,
    code: 'ROUTE_NOT_FOUND',
  }
  response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
}
