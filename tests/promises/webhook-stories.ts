import type { AttemptState, JsonObject, PlaceResult, ProviderEvent } from '@ebra/core'

/** One event as its platform tells it, whatever names it bears and whenever it arrives. */
export interface Told {
  readonly at: Date | null
  readonly state: ProviderEvent['state']
  /** The platform names the call by its alias here, alone or before its id. */
  readonly isByAlias?: boolean
}

/** What happens to a call: the events of each of its attempts, in the order of a clean delivery. */
export interface Story {
  readonly name: string
  readonly maxAttempts: number
  readonly attempts: readonly (readonly Told[])[]
}

const ringing = told(null, { kind: 'live', phase: 'ringing' })
const queued = told(null, { kind: 'live', phase: 'queued' })
const answered = told(5, { kind: 'live', phase: 'answered' })
const busy = told(6, ended('busy', { reason: '486' }))
const cost = told(null, { kind: 'details', details: { cost: { amount: '0.02', currency: 'USD' } } })
const summary = { kind: 'details', details: { summary: 'They agreed.' } } as const

/** Stories of one attempt. A second terminal event, and an analysis before or after the end, change the row: in whatever order they come it is the same row. */
export const storiesOfOneAttempt: readonly Story[] = [
  story('is talked through', 1, [
    queued,
    { ...ringing, isByAlias: true },
    answered,
    told(47, ended('completed', { durationSec: 42 })),
    told(null, summary),
  ]),
  story('is taken by a machine', 1, [
    ringing,
    told(5, { kind: 'live', phase: 'answered', details: { answeredBy: 'machine' } }),
    told(9, ended('completed')),
    told(null, { kind: 'details', details: { recordingUrl: 'https://recordings.example.com/1' } }),
  ]),
  story('turns out to be a voicemail', 1, [answered, told(9, ended('completed')), told(null, { ...summary, outcome: 'voicemail' })]),
  story('is over twice', 1, [
    answered,
    told(47, ended('completed', { durationSec: 42 })),
    told(47, ended('completed', { recordingUrl: 'https://recordings.example.com/2' })),
  ]),
  story('is busy for the last time', 1, [queued, { ...ringing, isByAlias: true }, busy, cost]),
  story('is busy, and to be dialed again much later', 2, [queued, ringing, busy, cost]),
  story('fails without a word before', 1, [told(null, ended('failed', { reason: 'no route' }))]),
]

/** A call that is dialed again at once after its first attempt. */
export const storyOfTwoAttempts: Story = {
  ...story('is busy, and then talked through', 2, [queued, ringing, busy, cost]),
  attempts: [
    [queued, ringing, busy, cost],
    [ringing, answered, told(47, ended('completed', { durationSec: 42 }))],
  ],
}

/** The names that events bear: ours as echoed, the platform's, or both. */
export type Naming = 'attempt' | 'platform' | 'both'

/** The event as it is sent, under an id of its own. */
export function eventOf(attemptId: string, eventId: string, { at, state, isByAlias = false }: Told, naming: Naming): ProviderEvent {
  return { eventId, at, state, ...(naming !== 'platform' && { attemptId }), ...platformIds(attemptId, isByAlias, naming) }
}

function platformIds(attemptId: string, isByAlias: boolean, naming: Naming): Pick<ProviderEvent, 'providerCallIds'> {
  const [id, alias] = [`p-${attemptId}`, `alias-${attemptId}`]
  if (naming === 'attempt') return {}
  if (!isByAlias) return { providerCallIds: [id] }
  return { providerCallIds: naming === 'platform' ? [alias] : [alias, id] }
}

/** What the platform answers to the dial. */
export function answerOf(attemptId: string): PlaceResult {
  const providerState: JsonObject = { room: 'a' }
  return { kind: 'accepted', providerCallId: `p-${attemptId}`, aliases: [`alias-${attemptId}`], providerState }
}

export function isEnd({ state }: Told): boolean {
  return state.kind === 'ended'
}

function story(name: string, maxAttempts: number, told: readonly Told[]): Story {
  return { name, maxAttempts, attempts: [told] }
}

function told(second: number | null, state: ProviderEvent['state']): Told {
  return { at: second === null ? null : new Date(Date.UTC(2030, 0, 1, 0, 0, second)), state }
}

function ended(outcome: (AttemptState & { kind: 'ended' })['outcome'], details: object = {}): AttemptState {
  return { kind: 'ended', outcome, details }
}
