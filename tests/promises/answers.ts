import { randomUUID } from 'node:crypto'
import { CallOrchestrator, type Provider, type ProviderEvent, type Store } from '@ebra/core'
import { until } from '../e2e/until.ts'

/** Everything that is answered, or sent, on the word of a commit. */
export const deeds = [
  'enqueue',
  'enqueue of many',
  'replay',
  'PATCH',
  'cancel',
  'cancel of many',
  'retry',
  'claim, before its dial',
  'webhook',
  'webhook of an end',
  'webhook that is parked',
  'webhook that changes nothing',
  'cancel of a live call',
  'resolve',
  'erase',
  'setConcurrency',
  'pause',
  'resume',
] as const

/** A platform that takes every dial and says nothing. Its webhooks are events as they are. */
export const mute: Provider = {
  name: 'sim',
  traits: {},
  place: async ({ attemptId }) => ({ kind: 'accepted', providerCallId: attemptId }),
  webhook: ({ rawBody }) => ({ kind: 'events', events: [JSON.parse(new TextDecoder().decode(rawBody)) as ProviderEvent] }),
}

/** Told of each answer the moment that it has come, with the calls that it spoke of. */
export type Note = (deed: string, callIds: readonly string[]) => Promise<void>

/** Does each of these deeds so many times, one after another, on a store of its own, and has each answer noted. */
export async function answerEverything({ store, times, note }: { store: Store; times: number; note: Note }): Promise<void> {
  const host = hostOn(store, note)
  await host.orchestrator.start()
  try {
    for (let round = 0; round < times; round += 1) {
      await answerOfWaitingCalls(host, round)
      await answerOfLiveCalls(host, round)
    }
  } finally {
    await host.orchestrator.stop()
  }
}

/** Calls that wait for longer than the test lasts. */
async function answerOfWaitingCalls({ orchestrator, note }: Host, round: number): Promise<void> {
  const input = { to: numberOf(round), scriptId: 'later', scheduledAt: new Date('2100-01-01T00:00:00.000Z') }
  const idempotencyKey = `key-${round}`
  const { call } = await orchestrator.enqueue({ ...input, idempotencyKey })
  await note('enqueue', call.id)
  await orchestrator.enqueue({ ...input, idempotencyKey })
  await note('replay', call.id)
  const many = await orchestrator.enqueueMany([input, input, input])
  await note('enqueue of many', ...many.map((result) => result.call.id))
  await orchestrator.update(call.id, { metadata: { round } })
  await note('PATCH', call.id)
  await orchestrator.cancel(call.id)
  await note('cancel', call.id)
  await orchestrator.cancelMany({ scriptId: input.scriptId })
  await note('cancel of many', ...many.map((result) => result.call.id))
}

async function answerOfLiveCalls({ orchestrator, note, dial, tell }: Host, round: number): Promise<void> {
  const live = await dial(numberOf(round), 'LIVE')
  await tell('webhook', live, { kind: 'live', phase: 'ringing' })
  await orchestrator.cancel(live)
  await note('cancel of a live call', live)
  await tell('webhook of an end', live, { kind: 'ended', outcome: 'completed' })
  await tell('webhook that changes nothing', live, { kind: 'live', phase: 'ringing' })
  await tell('webhook that is parked', randomUUID(), { kind: 'live', phase: 'ringing' })
  await orchestrator.erase(live)
  await note('erase', live)

  const uncertain = await dial(numberOf(round), 'UNCONFIRMED')
  await orchestrator.resolve(`${uncertain}.1`, { ended: 'completed' })
  await note('resolve', uncertain)
  await orchestrator.pause()
  await note('pause')
  const again = await orchestrator.retry(uncertain)
  await note('retry', again.id)
  await orchestrator.cancel(again.id)
  await orchestrator.resume()
  await note('resume')
  await orchestrator.setConcurrency(20 + round)
  await note('setConcurrency')
}

type Host = ReturnType<typeof hostOn>

/** An orchestrator on the store, and a platform where each dial is noted before anything is sent. */
function hostOn(store: Store, noteAnswer: Note) {
  const note = (deed: (typeof deeds)[number], ...callIds: readonly string[]) => noteAnswer(deed, callIds)
  const provider: Provider = {
    ...mute,
    place: async ({ callId, attemptId, scriptId }) => {
      await note('claim, before its dial', callId)
      return scriptId === 'LIVE' ? { kind: 'accepted', providerCallId: attemptId } : { kind: 'unknown', message: 'Nobody knows.' }
    },
  }
  const orchestrator = new CallOrchestrator({ store, provider, concurrency: 10, publicUrl: 'https://app.example.com/voice' })
  return {
    orchestrator,
    note,
    /** Enqueues a call, and waits until its dial was answered so. */
    async dial(to: string, status: 'LIVE' | 'UNCONFIRMED'): Promise<string> {
      const { call } = await orchestrator.enqueue({ to, scriptId: status })
      await until(async () => (await orchestrator.attempts(call.id)).some((attempt) => attempt.status === status))
      return call.id
    },
    /** Sends an event of the call's first attempt. */
    async tell(deed: (typeof deeds)[number], callId: string, state: ProviderEvent['state']): Promise<void> {
      const event: ProviderEvent = { eventId: randomUUID(), at: null, attemptId: `${callId}.1`, state }
      const { status } = await orchestrator.handleWebhook({
        method: 'POST',
        url: '/callbacks/sim',
        headers: {},
        rawBody: JSON.stringify(event),
      })
      await note(deed, callId)
      if (status !== 200) throw new Error(`A webhook was answered with ${status}.`)
    },
  }
}

function numberOf(round: number): string {
  return `+4930${10_000_000 + round}`
}
