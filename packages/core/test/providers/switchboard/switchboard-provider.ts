import { createHmac, timingSafeEqual } from 'node:crypto'
import {
  type AttemptState,
  classifyPlaceStatus,
  type DialRequest,
  type PlaceResult,
  type Provider,
  type ProviderContext,
  type ProviderEvent,
  postOnce,
  type WebhookRequest,
  type WebhookResult,
} from '@ebra/core'

/**
 * A platform after Twilio's manner, as a proof that the port fits it: forms instead of JSON, webhooks signed over the public URL and the sorted parameters (HMAC-SHA1), none of our
 * references echoed, an answer in TwiML, voicemail told by a second event, and a second id that some events use.
 */
export class SwitchboardProvider implements Provider {
  readonly name = 'switchboard'
  readonly traits = { dialsPerSecond: 100 }
  readonly #baseUrl: string
  readonly #authToken: string

  constructor(options: { readonly baseUrl: string; readonly authToken: string }) {
    this.#baseUrl = options.baseUrl
    this.#authToken = options.authToken
  }

  async place({ to, from, scriptId }: DialRequest, context: ProviderContext): Promise<PlaceResult> {
    const form = new URLSearchParams({
      To: to,
      From: from ?? '+12025550100',
      Script: scriptId,
      StatusCallback: context.webhookUrl('status') ?? '',
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const posted = await postOnce({ url: new URL('/Calls', this.#baseUrl), headers, body: form.toString() }, context.signal)
    if (posted.kind === 'never-sent') return { kind: 'not-placed', code: 'UNREACHABLE', message: String(posted.error) }
    if (posted.kind === 'unanswered') return { kind: 'unknown', message: String(posted.error) }
    const verdict = classifyPlaceStatus(posted.status, posted.headers)
    if (verdict.kind !== 'accepted') return verdict
    const answer = new URLSearchParams(posted.text)
    return { kind: 'accepted', providerCallId: answer.get('ConversationId'), aliases: answer.getAll('Sid') }
  }

  webhook({ url, headers, rawBody, hook }: WebhookRequest): WebhookResult {
    const form = new URLSearchParams(new TextDecoder().decode(rawBody))
    if (!isSigned(this.#authToken, url, form, headers['x-switchboard-signature'] ?? ''))
      return { kind: 'unauthenticated', message: 'The signature is wrong.' }
    const reply = { headers: { 'content-type': 'text/xml' }, body: '<Response/>' }
    const event = hook === 'machine' ? machineEvent(form) : statusEvent(form)
    return { kind: 'events', events: event === null ? [] : [event], reply }
  }
}

/** The signature that the platform makes: base64 HMAC-SHA1 over the URL and each parameter's name and value, sorted by name. */
export function signatureOf(authToken: string, url: string, form: URLSearchParams): string {
  const parameters = [...form].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, value]) => name + value)
  return createHmac('sha1', authToken)
    .update(url + parameters.join(''))
    .digest('base64')
}

function isSigned(authToken: string, url: string, form: URLSearchParams, given: string): boolean {
  const right = Buffer.from(signatureOf(authToken, url, form))
  const claimed = Buffer.from(given)
  return right.length === claimed.length && timingSafeEqual(right, claimed)
}

function statusEvent(form: URLSearchParams): ProviderEvent | null {
  const state = states[form.get('CallStatus') ?? '']
  const sid = form.get('CallSid')
  if (state === undefined || sid === null) return null
  const durationSec = Number(form.get('CallDuration') ?? Number.NaN)
  const told = state.kind === 'ended' && Number.isFinite(durationSec) ? { ...state, details: { durationSec } } : state
  return { eventId: `${sid}/${form.get('SequenceNumber')}`, at: null, providerCallIds: [sid], state: told }
}

function machineEvent(form: URLSearchParams): ProviderEvent | null {
  const sid = form.get('CallSid')
  if (sid === null || form.get('AnsweredBy') !== 'machine_start') return null
  return {
    eventId: `${sid}/machine`,
    at: null,
    providerCallIds: [sid],
    state: { kind: 'details', details: { answeredBy: 'machine' }, outcome: 'voicemail' },
  }
}

const states: Readonly<Record<string, AttemptState>> = {
  ringing: { kind: 'live', phase: 'ringing' },
  'in-progress': { kind: 'live', phase: 'answered' },
  completed: { kind: 'ended', outcome: 'completed' },
  busy: { kind: 'ended', outcome: 'busy' },
  'no-answer': { kind: 'ended', outcome: 'no-answer' },
  failed: { kind: 'ended', outcome: 'failed' },
  canceled: { kind: 'ended', outcome: 'canceled' },
}
