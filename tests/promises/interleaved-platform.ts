import type { DialRequest, PlaceResult, Provider, ProviderEvent } from '@ebra/core'
import type { Scheduler } from 'fast-check'
import { playedWebhook } from './played-platform.ts'

/** What becomes of a dial: what is answered to it, and what the platform has to say of it beside. */
const fates = {
  completed: { answer: 'accepted', ends: 'completed' },
  busy: { answer: 'accepted', ends: 'busy' },
  'completed, its answer cut': { answer: 'unknown', ends: 'completed' },
  'busy, its answer cut': { answer: 'unknown', ends: 'busy' },
  'never arrived, its answer cut': { answer: 'unknown', ends: null },
  'busy at once': { answer: 'ended', ends: 'busy' },
  throttled: { answer: 'throttled', ends: null },
  rejected: { answer: 'rejected', ends: null },
} as const satisfies Record<string, { answer: PlaceResult['kind']; ends: 'completed' | 'busy' | null }>

/** The name of a fate. */
export type Fate = keyof typeof fates

export const allFates = Object.keys(fates) as Fate[]

/** A platform each of whose answers and webhooks comes when the scheduler lets it. Its dials meet the fates in their order; further ones are completed. */
export class InterleavedPlatform implements Provider {
  readonly name = 'played'
  readonly traits = {}
  /** Every request that came. */
  readonly dials: { readonly request: DialRequest; readonly fate: Fate }[] = []
  readonly #scheduler: Scheduler
  readonly #fates: readonly Fate[]
  readonly #tell: (webhook: ReturnType<typeof playedWebhook>) => void

  constructor(scheduler: Scheduler, fates: readonly Fate[], tell: (webhook: ReturnType<typeof playedWebhook>) => void) {
    this.#scheduler = scheduler
    this.#fates = fates
    this.#tell = tell
  }

  async place(request: DialRequest): Promise<PlaceResult> {
    const fate = this.#fates[this.dials.length] ?? 'completed'
    this.dials.push({ request, fate })
    for (const event of eventsOf(request.attemptId, fate)) this.#tell(playedWebhook(event))
    await this.#scheduler.schedule(Promise.resolve(), `dial ${this.dials.length} is answered: ${fate}`)
    return answerOf(request.attemptId, fate)
  }

  webhook({ rawBody }: { readonly rawBody: Uint8Array }) {
    return { kind: 'events' as const, events: JSON.parse(new TextDecoder().decode(rawBody)) as ProviderEvent[] }
  }
}

/** Whether a dial of this fate spent an attempt. */
export function isSpent(fate: Fate): boolean {
  return fates[fate].ends !== null || fate === 'rejected'
}

/** The last event comes twice. */
function eventsOf(attemptId: string, fate: Fate): readonly ProviderEvent[] {
  const { answer, ends } = fates[fate]
  if (ends === null || answer === 'ended') return []
  const ringing = { eventId: `${attemptId} rings`, at: null, attemptId, state: { kind: 'live', phase: 'ringing' } } as const
  const over = { eventId: `${attemptId} is over`, at: null, attemptId, state: { kind: 'ended', outcome: ends } } as const
  return [ringing, over, over]
}

function answerOf(attemptId: string, fate: Fate): PlaceResult {
  const { answer } = fates[fate]
  if (answer === 'accepted') return { kind: answer, providerCallId: `p-${attemptId}` }
  if (answer === 'ended') return { kind: answer, outcome: fates[fate].ends }
  if (answer === 'unknown') return { kind: answer, message: 'The connection was cut.' }
  return { kind: answer, code: answer, message: 'No.' }
}
