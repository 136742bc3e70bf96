import { setTimeout as pause } from 'node:timers/promises'
import { type AttemptWrite, CallOrchestrator, isEbraError, type Provider, type ProviderEvent, type Store } from '@ebra/core'
import { ManualClock } from '@ebra/core/testing'
import { Worker } from '@ebra/testkit'

/** The one call that is raced about. */
export const callId = '01900000-0000-7000-8000-000000000001'
const attemptId = `${callId}.1`
/** What it is enqueued with. */
export const firstNumber = '+12025550101'
/** What a PATCH asks for. */
export const patchedNumber = '+12025550202'

/** The instant at which races stand still, two days after what they start from. */
export const raceTime = new Date('2030-01-03T00:00:00.000Z')
/** When what they start from happened. */
export const preparationTime = new Date('2030-01-01T00:00:00.000Z')

/** One process of the fleet, which does what it is told and nothing by itself. */
export interface Hands {
  readonly orchestrator: CallOrchestrator
  readonly store: Store
  readonly worker: Worker
}

/** Opens a store, at an instant at which its time stands still. */
export async function handsOn(store: Store, instant: Date): Promise<Hands> {
  const orchestrator = new CallOrchestrator({
    store,
    provider: platform,
    concurrency: 10,
    retry: { maxAttempts: 3, baseDelayMs: 0 },
    storeDetails: 'all',
    clock: new ManualClock(instant),
  })
  await orchestrator.metrics()
  return { orchestrator, store, worker: new Worker(store, 'claimer') }
}

/** What may meet another. Each says in words what it was answered. */
export const operations = {
  'a PATCH': ({ orchestrator }) => saying('patched', orchestrator.update(callId, { to: patchedNumber })),
  'a claim': claim,
  'a cancel': ({ orchestrator }) => saying('canceled', orchestrator.cancel(callId)),
  'a webhook that only names the id of the platform': (hands) =>
    tell(hands, { eventId: 'nameless', providerCallIds: ['platform-1'], state: { kind: 'ended', outcome: 'completed' } }),
  'the record of that id': (hands) =>
    tell(hands, { eventId: 'accepted', attemptId, providerCallIds: ['platform-1'], state: { kind: 'live', phase: 'queued' } }),
  'a settlement': (hands) => tell(hands, { eventId: 'end', attemptId, state: { kind: 'ended', outcome: 'completed' } }),
  'a settlement that leads to a retry': (hands) =>
    tell(hands, { eventId: 'end', attemptId, state: { kind: 'ended', outcome: 'no-answer' } }),
  'a reclaim': reclaim,
  'a prune': ({ store }) => saying('pruned', store.prune({ olderThanMs: 86_400_000, limit: 10 })),
  'an erasure': ({ orchestrator }) => saying('erased', orchestrator.erase(callId)),
  'a late webhook': (hands) =>
    tell(hands, {
      eventId: 'late',
      attemptId,
      state: { kind: 'ended', outcome: 'completed', details: { summary: 'It was Ada.', transcript: 'Hello, Ada?' } },
    }),
} as const satisfies Record<string, (hands: Hands) => Promise<Words>>

/** Names of operations, as one process tells another. */
export type OperationName = keyof typeof operations

/** What an operation was answered. */
export type Words = readonly string[]

/** Makes a call that waits to be claimed. */
export async function enqueue({ worker }: Hands): Promise<void> {
  await worker.enqueue({ id: callId, to: firstNumber })
}

/** Makes a call whose dial is under way. */
export async function dial({ worker }: Hands): Promise<void> {
  await worker.dial({ id: callId, to: firstNumber })
}

/** Makes a call that was given up, since nobody heard of its dial again. */
export async function loseIt(hands: Hands): Promise<void> {
  await dial(hands)
  await hands.worker.turn({ writes: [await lossOf(hands, 'EXPIRED')] })
}

/** Claims what is due, and says which numbers will be dialed. */
export async function claim({ worker }: Hands): Promise<Words> {
  const claimed = await worker.claim()
  return claimed.map(({ attempt }) => `dialed ${attempt.to}`)
}

/** Gives the attempt up for lost and lets its call be dialed again, as a process does that has decided on what it read before. */
async function reclaim(hands: Hands): Promise<Words> {
  const { attempt } = await hands.worker.attempt(attemptId)
  if (attempt.status === 'ENDED') return ['too late']
  const { missed } = await hands.worker.turn({ writes: [await lossOf(hands, 'PENDING')] })
  return [missed.length === 0 ? 'reclaimed' : 'too late']
}

async function lossOf({ worker }: Hands, status: 'PENDING' | 'EXPIRED'): Promise<AttemptWrite> {
  const { attempt, call } = await worker.attempt(attemptId)
  const { phase, error, details, putBack, providerCallId, aliases, providerState } = attempt
  return {
    attemptId,
    revision: attempt.revision,
    next: { status: 'ENDED', outcome: 'lost', phase, error, details, putBack, providerCallId, aliases, providerState },
    isSign: false,
    checkInMs: null,
    call: {
      from: 'IN_PROGRESS',
      status,
      outcome: 'lost',
      lastError: null,
      attempts: call.attempts,
      dueInMs: status === 'PENDING' ? 0 : null,
    },
    seen: [],
    namedBy: [],
  }
}

/** What an answer leaves to be done is a part of an operation: the pump looks for parked events when it has answered. */
export async function untilIdle(): Promise<void> {
  await pause(10)
}

async function tell({ orchestrator }: Hands, event: Omit<ProviderEvent, 'at'>): Promise<Words> {
  const rawBody = JSON.stringify({ ...event, at: null })
  const { status } = await orchestrator.handleWebhook({ method: 'POST', url: '/callbacks/sim', headers: {}, rawBody })
  return [`answered ${status}`]
}

/** An error that callers are to expect is an answer like any other; what a database may do to them in a race is not. */
async function saying(word: string, done: Promise<unknown>): Promise<Words> {
  try {
    await done
    return [word]
  } catch (error) {
    if (isEbraError(error) && error.code !== 'STORE_UNAVAILABLE') return [error.code]
    throw error
  }
}

const platform: Provider = {
  name: 'sim',
  traits: {},
  place: async () => ({ kind: 'accepted', providerCallId: null }),
  webhook: ({ rawBody }) => ({ kind: 'events', events: [JSON.parse(new TextDecoder().decode(rawBody)) as ProviderEvent] }),
}
