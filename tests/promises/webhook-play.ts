import { setImmediate as nextTick } from 'node:timers/promises'
import type { Attempt, Call, CallEvent, RetryPolicy } from '@ebra/core'
import { until } from '../e2e/until.ts'
import { PlayedPlatform, playedWebhook } from './played-platform.ts'
import { createPlayedScene, type EmptyDatabase, type PlayedScene } from './played-scene.ts'
import type { Arrival, History } from './webhook-histories.ts'
import { answerOf, eventOf } from './webhook-stories.ts'

/** What came of one history. */
export interface Played {
  /** The call and its attempts, as far as they do not depend on when they were told of what. */
  readonly row: string
  readonly call: Call
  /** What was said of this call, in order. */
  readonly events: readonly CallEvent[]
}

/** What came of histories that arrived side by side. */
export interface PlayedTogether {
  readonly played: readonly Played[]
  readonly dials: number
  readonly parked: number
  /** Late events of attempts that had been given up, as the metrics count them. */
  readonly revived: number
}

const staleAfterMs = 900_000
const muchLaterMs = 30 * 86_400_000

/** A call whose story goes on is dialed again at once, any other not while the test lasts. */
const retry: RetryPolicy = ({ call }) => ({ retryInMs: call.scriptId === 'again' ? 0 : muchLaterMs })

/** Plays histories side by side, each with a call of its own. With a silence in between, what has not ended by then is given up as lost. */
export async function play(database: EmptyDatabase, histories: readonly History[], isSilent: boolean): Promise<PlayedTogether> {
  await using scene = createPlayedScene(database, new PlayedPlatform(), {
    retry,
    staleAfterMs,
    onLost: { unconfirmed: 'retry', silent: 'retry' },
  })
  const { orchestrator, store, platform, events } = scene
  const inputs = histories.map(({ story: { maxAttempts, attempts } }) => {
    return { to: '+12025550123', exclusive: false, maxAttempts, scriptId: attempts.length > 1 ? 'again' : 'once' }
  })
  const callIds = (await orchestrator.enqueueMany(inputs)).map(({ call }) => call.id)
  const parts = histories.map((history, index) => ({ history, callId: callIds[index] ?? '' }))
  await orchestrator.start()
  await Promise.all(parts.map(({ history, callId }) => arrive(scene, callId, history, history.before)))
  if (isSilent) await fallSilent(scene, parts)
  await Promise.all(parts.map(({ history, callId }) => arrive(scene, callId, history, history.after)))
  const { revived } = await orchestrator.metrics()
  await orchestrator.stop()
  const { parkedWebhooks: parked } = await store.readMetrics()
  const played = await Promise.all(callIds.map((callId) => read(scene, callId)))
  return { played, dials: platform.dials.length, parked, revived: revived - revivals(events) }
}

/** Hands over one arrival after the other, each once its dial has come. */
async function arrive(
  { orchestrator, platform }: PlayedScene<PlayedPlatform>,
  callId: string,
  { naming, isAtOnce }: History,
  arrivals: readonly Arrival[],
): Promise<void> {
  const answers: Promise<unknown>[] = []
  for (const { attemptNumber, told, eventId } of arrivals) {
    const attemptId = `${callId}.${attemptNumber}`
    await platform.dialed(attemptId)
    if (told === 'answer') {
      platform.answer(attemptId, answerOf(attemptId))
      // By then the pump has it.
      await nextTick()
      continue
    }
    const event = eventOf(attemptId, `${callId} ${eventId}`, told, naming)
    answers.push(accepted(orchestrator.handleWebhook(playedWebhook(event))))
    if (!isAtOnce) await answers.at(-1)
  }
  await Promise.all(answers)
}

async function accepted(answer: Promise<{ readonly status: number }>): Promise<void> {
  const { status } = await answer
  if (status !== 200) throw new Error(`A webhook was answered ${status}.`)
}

/** Nothing more is heard until every first attempt has come to an end, told or guessed. */
async function fallSilent(
  { clock, store, events }: PlayedScene<PlayedPlatform>,
  parts: readonly { readonly history: History; readonly callId: string }[],
): Promise<void> {
  const answered = parts.filter(({ history }) => history.before.some(({ told }) => told === 'answer'))
  for (const { callId } of answered) await until(async () => (await store.listAttempts({ callId }))[0]?.providerCallId)
  clock.advance(staleAfterMs)
  const ended = () => new Set(events.flatMap((event) => (event.type === 'attempt.ended' ? [event.attempt.attemptId] : [])))
  await until(async () => parts.every(({ callId }) => ended().has(`${callId}.1`)))
}

async function read({ store, events }: PlayedScene<PlayedPlatform>, callId: string): Promise<Played> {
  const call = await store.findCall({ callId })
  if (call === null) throw new Error(`There is no call "${callId}".`)
  const attempts = await store.listAttempts({ callId })
  const row = JSON.stringify({ call: undated(call), attempts: attempts.map(undatedAttempt) }, null, 1).replaceAll(callId, 'call')
  return { row, call, events: events.filter((event) => 'call' in event && event.call.id === callId) }
}

/** Dates of our own say when we were told; the platform's are among the details. */
function undated(record: object): object {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, value instanceof Date ? 'a date' : value]))
}

function undatedAttempt({ revision: _, aliases, ...attempt }: Attempt): object {
  return undated({ ...attempt, aliases: aliases.toSorted() })
}

function revivals(events: readonly CallEvent[]): number {
  return events.filter(({ type }) => type === 'attempt.revived').length
}
