import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Now, systemNow } from './clock.ts'
import { keyFromSecret } from './webhook-secret.ts'

const toleranceSec = 300
const maxSignatures = 8
const timestampForm = /^\d{1,12}$/
const signatureForm = /^v1,[A-Za-z0-9+/]{43}=$/

/** What is signed: the id of the message, the second it is sent in, and its bytes. */
export interface WebhookMessage {
  /** The same for every delivery of one message. */
  readonly id: string
  readonly at: Date
  readonly rawBody: Uint8Array | string
}

/** The three headers of Standard Webhooks. */
export interface WebhookSignatureHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/** The headers that prove a webhook, for a platform that sends one. Several secrets sign it once each, which is how a rotation begins. */
export function signWebhook(message: WebhookMessage, secrets: readonly string[]): WebhookSignatureHeaders {
  const timestamp = String(Math.floor(message.at.getTime() / 1000))
  const signatures = secrets.map((secret) => signatureOf(message.id, timestamp, message.rawBody, keyFromSecret(secret)))
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

/** What {@link verifyWebhook} found. `message` says which rule was broken, and nothing of any secret. */
export type WebhookVerification =
  | { readonly kind: 'verified'; readonly webhookId: string }
  | { readonly kind: 'unauthenticated'; readonly message: string }

/** What {@link verifyWebhook} checks with. */
export interface VerifyWebhookOptions {
  /** `whsec_…`; any of them may have signed, so a secret is rotated by listing the old one and the new one for a while. */
  readonly secrets: readonly string[]
  /** Defaults to the time of this machine. */
  readonly now?: Now
}

/**
 * Checks the signature of a webhook after https://www.standardwebhooks.com, in constant time, over the raw bytes. Stricter than the reference
 * library: the timestamp is 1–12 digits within 300 s of now, at most 8 signatures are looked at, each exactly `v1,` and 44 characters of base64,
 * and a secret holds at least 24 bytes. Signatures of other versions are passed over. Throws a `ConfigurationError` for a secret of another form.
 */
export function verifyWebhook(
  request: { readonly headers: Readonly<Record<string, string>>; readonly rawBody: Uint8Array },
  options: VerifyWebhookOptions,
): WebhookVerification {
  const keys = options.secrets.map((secret) => keyFromSecret(secret))
  return verifyWithKeys(request, keys, options.now ?? systemNow)
}

/** {@link verifyWebhook} for who decoded the secrets once, at the start. */
export function verifyWithKeys(
  { headers, rawBody }: { readonly headers: Readonly<Record<string, string>>; readonly rawBody: Uint8Array },
  keys: readonly Uint8Array[],
  now: Now,
): WebhookVerification {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signature = headers['webhook-signature']
  if (!id || !timestamp || !signature) {
    return refuse('The headers webhook-id, webhook-timestamp and webhook-signature are all needed.')
  }
  if (!timestampForm.test(timestamp)) return refuse('webhook-timestamp must be seconds since 1970, 1 to 12 digits.')
  if (Math.abs(Math.floor(now().getTime() / 1000) - Number(timestamp)) > toleranceSec) {
    return refuse(`webhook-timestamp is more than ${toleranceSec} seconds from the time of this machine.`)
  }
  const signatures = signature.split(' ')
  if (signatures.length > maxSignatures) return refuse(`webhook-signature holds more than ${maxSignatures} signatures.`)
  const expected = keys.map((key) => signatureOf(id, timestamp, rawBody, key))
  const isProven = signatures.some((given) => expected.some((wanted) => isSame(given, wanted)))
  return isProven ? { kind: 'verified', webhookId: id } : refuse('No signature in webhook-signature was made with one of our secrets.')
}

function signatureOf(id: string, timestamp: string, rawBody: Uint8Array | string, key: Uint8Array): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest('base64')}`
}

function isSame(given: string, expected: string): boolean {
  return signatureForm.test(given) && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
}

function refuse(message: string): WebhookVerification {
  return { kind: 'unauthenticated', message }
}
