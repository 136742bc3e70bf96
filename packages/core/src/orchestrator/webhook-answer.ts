import { type ErrorCode, problemUri } from '../errors.ts'
import type { WebhookReply } from '../ports/provider.ts'
import type { WebhookAnswer } from './surface.ts'

/** The answer to a webhook whose events are durable: the platform's own where it needs one, else `{}`. */
export function acceptedAnswer(reply: WebhookReply = {}): WebhookAnswer {
  const { status = 200, headers = { 'content-type': 'application/json' }, body = '{}' } = reply
  return { status, headers, body }
}

/** The answer to a webhook that was not taken, as RFC 9457 problem details. */
export function refusedAnswer(status: 400 | 401 | 404 | 503, code: ErrorCode, detail: string): WebhookAnswer {
  const problem = { type: problemUri(code), title: titles[status], status, detail, code }
  const retry = status === 503 ? { 'retry-after': '5' } : {}
  return { status, headers: { 'content-type': 'application/problem+json', ...retry }, body: JSON.stringify(problem) }
}

const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  503: 'Service Unavailable',
} as const
