import type { DialRequest, PlaceResult, Provider, ProviderEvent, WebhookRequest, WebhookResult } from '@ebra/core'

/** A dial that waits for its answer. */
interface OpenDial {
  readonly arrived: Promise<DialRequest>
  readonly answer: Promise<PlaceResult>
  arrive(request: DialRequest): void
  reply(result: PlaceResult): void
}

/** A platform that a test plays itself: every dial waits until the test answers it, and webhooks are lists of events as JSON. */
export class PlayedPlatform implements Provider {
  readonly name = 'played'
  readonly traits = {}
  /** What it was asked to dial, in order. */
  readonly dials: DialRequest[] = []
  readonly #open = new Map<string, OpenDial>()

  place(request: DialRequest): Promise<PlaceResult> {
    this.dials.push(request)
    const dial = this.#dial(request.attemptId)
    dial.arrive(request)
    return dial.answer
  }

  /** Resolves once the dial of this attempt has come. */
  dialed(attemptId: string): Promise<DialRequest> {
    return this.#dial(attemptId).arrived
  }

  answer(attemptId: string, result: PlaceResult): void {
    this.#dial(attemptId).reply(result)
  }

  webhook({ rawBody }: WebhookRequest): WebhookResult {
    return { kind: 'events', events: eventsFromJson(new TextDecoder().decode(rawBody)) }
  }

  #dial(attemptId: string): OpenDial {
    const known = this.#open.get(attemptId)
    if (known !== undefined) return known
    const arrival = Promise.withResolvers<DialRequest>()
    const answer = Promise.withResolvers<PlaceResult>()
    const dial = { arrived: arrival.promise, answer: answer.promise, arrive: arrival.resolve, reply: answer.resolve }
    this.#open.set(attemptId, dial)
    return dial
  }
}

/** A webhook of the played platform. */
export function playedWebhook(...events: readonly ProviderEvent[]) {
  return { method: 'POST', url: '/callbacks/played', headers: {}, rawBody: JSON.stringify(events) }
}

const instants = ['at', 'answeredAt', 'endedAt']

function eventsFromJson(text: string): readonly ProviderEvent[] {
  return JSON.parse(text, (key, value: unknown) => (instants.includes(key) && typeof value === 'string' ? new Date(value) : value))
}
