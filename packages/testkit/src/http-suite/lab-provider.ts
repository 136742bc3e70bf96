import {
  type CheckRequest,
  type DialRequest,
  HttpProvider,
  type PlaceResult,
  type Provider,
  type ProviderTraits,
  signWebhook,
  type WebhookRequest,
  type WebhookResult,
} from '@ebra/core'

const secret = `whsec_${Buffer.from('a secret of the laboratory, 32 b').toString('base64')}`
const labTime = new Date('2026-01-31T09:30:00.000Z')

/** The headers by which the laboratory proves a webhook. In the laboratory it is always the same second. */
export function labSignature(id: string, rawBody: string | Uint8Array): Readonly<Record<string, string>> {
  return { ...signWebhook({ id, at: labTime, rawBody }, [secret]) }
}

/**
 * A platform that does what the last four digits of a number say: `…0001` leaves the dial unanswered, `…0003` rejects it, any other accepts it and says no more until a webhook does. Its webhooks are
 * those of the generic protocol, but for two hooks: `url` is answered by the URL that the provider was told, `echo` by the bytes that came.
 */
export class LabProvider implements Provider {
  readonly name: string
  readonly traits: ProviderTraits = {}
  readonly #generic: HttpProvider

  constructor(name: string) {
    this.name = name
    this.#generic = new HttpProvider({ name, baseUrl: 'http://platform.invalid', webhookSecrets: [secret], now: () => labTime })
  }

  check({ scriptId }: CheckRequest) {
    return scriptId === 'undialable' ? [{ path: 'scriptId', message: 'Expected a script that the laboratory has.' }] : []
  }

  async place({ to, attemptId }: DialRequest): Promise<PlaceResult> {
    if (to.endsWith('0001')) return { kind: 'unknown', message: 'The laboratory is silent.' }
    if (to.endsWith('0003')) return { kind: 'rejected', code: 'BAD_NUMBER', message: 'The laboratory refuses this number.' }
    return { kind: 'accepted', providerCallId: `lab-${attemptId}` }
  }

  webhook(request: WebhookRequest): WebhookResult {
    if (request.hook === 'url') return replyWith('text/xml', `<Response>${request.method} ${request.url}</Response>`)
    if (request.hook === 'echo') return replyWith('application/octet-stream', request.rawBody)
    return this.#generic.webhook(request)
  }
}

function replyWith(type: string, body: string | Uint8Array): WebhookResult {
  return { kind: 'events', events: [], reply: { headers: { 'content-type': type }, body } }
}
