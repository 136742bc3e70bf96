import type { WebhookRequest } from '../ports/provider.ts'
import type { IncomingWebhook } from './surface.ts'

/** A webhook as providers read it: an absolute, public URL, lower-case headers, bytes. Throws a TypeError for a URL that is none. */
export function webhookRequestFrom({ method, url, hook, headers, rawBody }: IncomingWebhook, publicUrl: string | null): WebhookRequest {
  return {
    method: method.toUpperCase(),
    url: new URL(url, publicUrl ?? 'http://localhost').href,
    hook: hook ?? null,
    headers: headersFrom(headers),
    rawBody: typeof rawBody === 'string' ? new TextEncoder().encode(rawBody) : rawBody,
  }
}

function headersFrom(headers: IncomingWebhook['headers']): Readonly<Record<string, string>> {
  if (headers instanceof Headers) return Object.fromEntries(headers)
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), typeof value === 'string' ? value : value.join(', ')]],
    ),
  )
}
