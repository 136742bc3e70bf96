import * as z from 'zod'
import { type ErrorCode, errorCodes, ProviderUnknownError } from '../../errors.ts'
import type { WebhookAnswer } from '../../orchestrator/surface.ts'
import type { HttpRequest, HttpResponse } from '../http-records.ts'
import type { OpenOperation } from '../operations.ts'
import { problem } from '../problem.ts'
import { answers, type Route, type RouteContext, type Visit } from '../route.ts'

const callStatus = '/callbacks/call-status'
const errors = [
  'PROVIDER_UNKNOWN',
  'SIGNATURE_INVALID',
  'BODY_UNREADABLE',
  'BODY_TOO_LARGE',
  'INTAKE_FULL',
] as const satisfies readonly ErrorCode[]

/** Where platforms report to, by either method. Bodies are theirs: raw bytes of any type. */
export const webhookRoutes: readonly Route[] = (['POST', 'GET'] as const).flatMap((method) => [
  webhookRoute(method, callStatus, 'receiveWebhook', 'A webhook of the first provider'),
  webhookRoute(method, '/callbacks/:provider', 'receiveProviderWebhook', 'A webhook of the provider with this name'),
  webhookRoute(method, '/callbacks/:provider/:hook', 'receiveProviderHook', 'A webhook of the provider with this name, of one kind'),
])

function webhookRoute(method: 'GET' | 'POST', path: string, operation: OpenOperation, summary: string): Route {
  return {
    method,
    path,
    group: 'webhooks',
    guard: { scope: null, operation },
    summary,
    query: z.looseObject({}),
    body: null,
    successes: [
      answers(
        200,
        'Its events are durable: applied, known already, late, or parked. Some platforms get a reply of their own.',
        z.looseObject({}),
      ),
    ],
    errors,
    serve: receiveWebhook,
  }
}

async function receiveWebhook({ orchestrator, webhookBodyLimit }: RouteContext, { request, params }: Visit): Promise<HttpResponse> {
  const { provider, hook } = params
  const { method, headers } = request
  // Nobody's body is not worth reading: it may have ten million bytes.
  if (provider !== undefined && !orchestrator.providers.includes(provider)) throw new ProviderUnknownError(provider, orchestrator.providers)
  const rawBody = await request.body(webhookBodyLimit)
  const url = publicUrlOf(request, orchestrator.publicUrl)
  return responseFrom(
    await orchestrator.handleWebhook({ ...(provider && { provider }), ...(hook && { hook }), method, url, headers, rawBody }),
  )
}

/** The address that the platform was given, and signed. Behind a proxy only `publicUrl` knows it. */
function publicUrlOf({ origin, basePath, url }: HttpRequest, publicUrl: string | null): string {
  return `${publicUrl ?? `${origin}${basePath}`}${url}`
}

/** A refusal of the orchestrator's is told in the words of every other route; a reply of the provider's own goes out as it is. */
function responseFrom(answer: WebhookAnswer): HttpResponse {
  const refusal = answer.status >= 400 && typeof answer.body === 'string' ? refusalWire.safeParse(jsonOf(answer.body)) : null
  return refusal?.success ? problem(refusal.data.code, refusal.data.detail) : answer
}

const refusalWire = z.object({ type: z.string(), code: z.enum(errorCodes), detail: z.string() })

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
