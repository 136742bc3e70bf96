import { createHmac } from 'node:crypto'

/**
 * The headers by which a receiver knows that a webhook is ours and untouched, as Standard Webhooks 1.0 has them.
 *
 * @param secret `whsec_` and the key in base64.
 * @param at the instant of sending, in milliseconds since 1970; the headers carry whole seconds.
 */
export function signatureHeaders(secret: string, id: string, at: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000))
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
