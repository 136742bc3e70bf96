import type { DialRequest, PlacedAttempt } from '../../src/domain/attempt.ts'
import type { ProviderContext, WebhookRequest } from '../../src/ports/provider.ts'

export const secret = `whsec_${Buffer.from('a key of thirty-two bytes length').toString('base64')}`

export function dialRequest(changes: Partial<DialRequest> = {}): DialRequest {
  return {
    attemptId: '0198f2a0-0000-7000-8000-000000000001.1',
    callId: '0198f2a0-0000-7000-8000-000000000001',
    attemptNumber: 1,
    to: '+12025550123',
    from: null,
    scriptId: 'welcome',
    variables: {},
    metadata: { customerId: 7 },
    providerOptions: {},
    tenant: null,
    ...changes,
  }
}

export function placedAttempt(changes: Partial<PlacedAttempt> = {}): PlacedAttempt {
  return { ...dialRequest(), sentAt: new Date('2026-03-01T10:00:00Z'), providerCallId: 'P-1', providerState: {}, ...changes }
}

export function callContext(changes: Partial<ProviderContext> = {}): ProviderContext {
  return {
    signal: AbortSignal.timeout(10_000),
    maxDurationMs: 900_000,
    webhookUrl: () => 'https://app.example.com/voice/callbacks/http?attempt=a&tag=t',
    ...changes,
  }
}

export function webhookOf(body: unknown, changes: Partial<WebhookRequest> = {}): WebhookRequest {
  return {
    method: 'POST',
    url: 'https://app.example.com/voice/callbacks/http',
    hook: null,
    headers: { 'content-type': 'application/json' },
    rawBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    ...changes,
  }
}
