import { createHash } from 'node:crypto'
import type { ProviderEvent, WebhookRequest, WebhookResult } from '../ports/provider.ts'
import { type CallReport, readCallReport } from './call-report.ts'
import type { Now } from './clock.ts'
import { verifyWithKeys } from './standard-webhooks.ts'

/** What a webhook of the generic protocol is read with. */
export interface GenericWebhookSettings {
  /** False believes unsigned webhooks. */
  readonly webhookKeys: readonly Uint8Array[] | false
  readonly now: Now
}

/** A webhook whose sender is proven, or need not be. */
export type AuthenticWebhook =
  | { readonly kind: 'authentic'; readonly webhookId: string | null }
  | { readonly kind: 'unauthenticated'; readonly message: string }

/** Identical progress within this time is one event. */
const heartbeatMs = 10_000

/** Verifies a webhook on its raw bytes. The id that its sender signed comes back; one that nobody signed is not believed. */
export function authenticate(request: WebhookRequest, { webhookKeys, now }: GenericWebhookSettings): AuthenticWebhook {
  if (webhookKeys === false) return { kind: 'authentic', webhookId: null }
  const verification = verifyWithKeys(request, webhookKeys, now)
  return verification.kind === 'verified' ? { kind: 'authentic', webhookId: verification.webhookId } : verification
}

/** The JSON of a webhook, or why it cannot be read as UTF-8 JSON. */
export function parseWebhookBody(
  rawBody: Uint8Array,
): { readonly kind: 'parsed'; readonly body: unknown } | { readonly kind: 'malformed'; readonly message: string } {
  try {
    return { kind: 'parsed', body: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody)) }
  } catch {
    return { kind: 'malformed', message: 'The body is not JSON in UTF-8.' }
  }
}

/**
 * Reads one event of the generic protocol from a body that was parsed. It needs a reference: one of `attemptId`, `providerCallId` and `callId`, or the
 * address that we gave out, which names the attempt (and which only the orchestrator can check).
 */
export function readGenericEvent(body: unknown, request: WebhookRequest, webhookId: string | null, now: Now): WebhookResult {
  const reading = readCallReport(body)
  if (reading.kind === 'malformed') return reading
  const { report } = reading
  const addressed = URL.parse(request.url)?.searchParams.get('attempt') ?? null
  if (!report.attemptId && !report.providerCallId && !report.callId && !addressed) {
    return { kind: 'malformed', message: 'Expected attemptId, providerCallId or callId.' }
  }
  return { kind: 'events', events: [eventFrom(report, report.eventId ?? webhookId ?? contentId(report, addressed, now()))] }
}

function eventFrom({ attemptId, callId, providerCallId, at, state }: CallReport, eventId: string): ProviderEvent {
  return {
    eventId,
    at,
    state,
    ...(attemptId && { attemptId }),
    ...(callId && { callId }),
    ...(providerCallId && { providerCallIds: [providerCallId] }),
  }
}

/**
 * The same for every delivery of an event, since only what we understand of it counts, and not a time of sending. Progress that is told again later is another event: it is the sign
 * of life by which a long call is not given up.
 */
function contentId(report: CallReport, addressed: string | null, now: Date): string {
  const heartbeat = report.state.kind === 'live' ? Math.floor(now.getTime() / heartbeatMs) : null
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([addressed, report, heartbeat]))
    .digest('base64url')}`
}
