import {
  type CallEvent,
  CallOrchestrator,
  type DialRequest,
  type JsonObject,
  type OrchestratorOptions,
  type PlaceResult,
  type Provider,
  type ProviderEvent,
} from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import { onTestFinished } from 'vitest'

/** A platform whose answers a test writes itself. What it was asked is on record, in order. */
export interface ScriptedProvider extends Provider {
  readonly dials: DialRequest[]
  readonly hangUps: string[]
}

/** Answers each dial by `place`, by default `accepted` under `p-<attempt id>`; its webhooks are lists of events as JSON. */
export function scriptedProvider(
  place: (request: DialRequest, signal: AbortSignal) => PlaceResult | Promise<PlaceResult> = accepted,
  rest: Partial<Provider> = {},
): ScriptedProvider {
  const dials: DialRequest[] = []
  const hangUps: string[] = []
  return {
    name: 'scripted',
    traits: {},
    dials,
    hangUps,
    place: async (request, { signal }) => {
      dials.push(request)
      return place(request, signal)
    },
    webhook: ({ rawBody }) => ({ kind: 'events', events: eventsFromJson(new TextDecoder().decode(rawBody)) }),
    hangUp: async ({ attemptId }) => {
      hangUps.push(attemptId)
      return { kind: 'requested' }
    },
    ...rest,
  }
}

/** The answer of a platform on a good day. */
export function accepted({ attemptId }: Pick<DialRequest, 'attemptId'>): PlaceResult {
  return { kind: 'accepted', providerCallId: `p-${attemptId}` }
}

/** An orchestrator over a database in memory, stopped when the test ends, and everything it said. */
export function setup(provider: Provider = scriptedProvider(), options: Partial<OrchestratorOptions<JsonObject>> = {}) {
  const store = options.store ?? new SqliteStore({ file: ':memory:' })
  const defaults = { concurrency: 10, retry: { baseDelayMs: 0 }, publicUrl: 'https://voice.example.com' }
  const orchestrator = new CallOrchestrator({ ...defaults, ...options, store, provider })
  const events: CallEvent[] = []
  orchestrator.on('*', (event) => {
    events.push(event)
  })
  onTestFinished(() => orchestrator.stop({ graceMs: 0 }))
  return { orchestrator, provider, events, store, tell: teller(orchestrator) }
}

/** Sends events as the platform would, and answers the status of the reply. */
function teller(orchestrator: Pick<CallOrchestrator, 'handleWebhook'>) {
  let count = 0
  return async (...events: readonly Partial<ProviderEvent>[]): Promise<number> => {
    const rawBody = JSON.stringify(events.map((event) => ({ eventId: `e-${++count}`, at: null, ...event })))
    const { status } = await orchestrator.handleWebhook({ method: 'POST', url: '/callbacks/scripted', headers: {}, rawBody })
    return status
  }
}

/** Waits until a condition holds, looking again every few milliseconds; the test's own timeout ends it. */
export async function until<TValue>(condition: () => TValue | Promise<TValue>): Promise<NonNullable<TValue>> {
  while (true) {
    const value = await condition()
    if (value) return value as NonNullable<TValue>
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The types of the events, in order. */
export function typesOf(events: readonly CallEvent[]): readonly string[] {
  return events.map(({ type }) => type)
}

function eventsFromJson(text: string): readonly ProviderEvent[] {
  const events = JSON.parse(text) as (Omit<ProviderEvent, 'at'> & { readonly at: string | null })[]
  return events.map((event) => ({ ...event, at: event.at === null ? null : new Date(event.at) }))
}
