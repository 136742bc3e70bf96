import type { WebhookRequest, WebhookResult } from '../ports/provider.ts'
import { authenticate, parseWebhookBody, readGenericEvent } from './generic-webhook.ts'
import type { HttpProviderSettings } from './http-provider-settings.ts'

/** Verifies a webhook, lets the host's mapping read it, and reads it as the generic protocol where there is none. */
export function webhookOverHttp(settings: HttpProviderSettings, request: WebhookRequest): WebhookResult {
  const sender = authenticate(request, settings)
  if (sender.kind === 'unauthenticated') return sender
  const parsed = parseWebhookBody(request.rawBody)
  const body = parsed.kind === 'parsed' ? parsed.body : undefined
  const mapped = settings.map.event?.(body, request)
  if (mapped !== undefined) return mapped
  return parsed.kind === 'malformed' ? parsed : readGenericEvent(body, request, sender.webhookId, settings.now)
}
