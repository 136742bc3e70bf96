import type { ProviderEvent } from '@ebra/core'
import { describe, expect, it } from 'vitest'
import { until } from '../e2e/until.ts'
import { PlayedPlatform, playedWebhook } from './played-platform.ts'
import { createEmptyDatabase, createPlayedScene, type PlayedScene } from './played-scene.ts'
import { keepResult } from './results.ts'
import { patience, sized } from './size.ts'
import { databaseKinds } from './worker-settings.ts'

/** What a platform says of a call, and what becomes of the call. */
const words = [
  { state: { kind: 'live', phase: 'ringing' }, status: 'IN_PROGRESS', told: ['attempt.placed'] },
  { state: { kind: 'live', phase: 'answered' }, status: 'IN_PROGRESS', told: ['attempt.placed', 'attempt.answered'] },
  { state: { kind: 'ended', outcome: 'completed' }, status: 'COMPLETED', told: ['attempt.ended', 'call.completed'] },
  { state: { kind: 'ended', outcome: 'rejected' }, status: 'FAILED', told: ['attempt.ended', 'call.failed'] },
] as const

/** So many calls of each word. */
const callsOfEach = sized(10, 100)

describe.each(databaseKinds)('a webhook and the answer to its dial, with calls in %s', (kind) => {
  it.concurrent('the webhook first: it is bound by its attempt id, and the answer changes nothing', {
    timeout: patience(30_000),
  }, async () => {
    await using scene = await createScene(kind)
    const { orchestrator, platform } = scene
    const calls = await dial(scene, words)
    await Promise.all(calls.map(({ attemptId, id, word }) => tell(scene, { attemptId, providerCallIds: [id], state: word.state })))
    const before = await rowsOf(scene, calls)
    expect(before.map(({ call }) => call?.status)).toEqual(calls.map(({ word }) => word.status))
    const expected = calls.flatMap(({ word }) => word.told).toSorted()
    expect(toldOf(scene)).toEqual(expected)

    for (const { attemptId, id } of calls) platform.answer(attemptId, { kind: 'accepted', providerCallId: id })
    await orchestrator.stop()
    expect(await rowsOf(scene, calls)).toEqual(before.map(withAnswer))
    expect(toldOf(scene)).toEqual(expected)
    expect(platform.dials).toHaveLength(calls.length)
    keepResult({
      row: 7,
      promise: `A webhook before the answer to its dial, with ${kind}`,
      n: before.length,
      result: `${before.length} bound at once, 0 answers changed a call or were told of`,
    })
  })

  it.concurrent('the answer first: the webhook makes the same of the call', { timeout: patience(30_000) }, async () => {
    await using scene = await createScene(kind)
    const { orchestrator, platform, events } = scene
    const calls = await dial(scene, words)
    for (const { attemptId, id } of calls) platform.answer(attemptId, { kind: 'accepted', providerCallId: id })
    await until(async () => events.filter(({ type }) => type === 'attempt.placed').length === calls.length)
    await Promise.all(calls.map(({ attemptId, word }) => tell(scene, { attemptId, state: word.state })))
    await orchestrator.stop()
    const rows = await rowsOf(scene, calls)
    expect(rows.map(({ call }) => `${call?.status} ${call?.providerCallId}`)).toEqual(calls.map(({ word, id }) => `${word.status} ${id}`))
    keepResult({
      row: 7,
      promise: `A webhook after the answer to its dial, with ${kind}`,
      n: rows.length,
      result: `${rows.length} bound at once`,
    })
  })

  it.concurrent('a webhook that knows only the platform’s id is parked, and applied when the answer brings that id', {
    timeout: patience(30_000),
  }, async () => {
    await using scene = await createScene(kind)
    const { orchestrator, platform, store } = scene
    const calls = await dial(scene, [words[2]])
    await Promise.all(calls.map(({ id, word }) => tell(scene, { providerCallIds: [id], state: word.state })))
    expect(await store.readMetrics()).toMatchObject({ parkedWebhooks: calls.length, calls: { IN_PROGRESS: calls.length } })
    for (const { attemptId, id } of calls) platform.answer(attemptId, { kind: 'accepted', providerCallId: id })
    await until(async () => (await orchestrator.metrics()).store.calls.COMPLETED === calls.length)
    await orchestrator.stop()
    const { parkedWebhooks } = await store.readMetrics()
    expect(parkedWebhooks).toBe(0)
    keepResult({
      row: 7,
      promise: `A webhook that knows only the platform's id, before the answer, with ${kind}`,
      n: calls.length,
      result: `${calls.length} applied once the answer came, ${parkedWebhooks} left parked`,
    })
  })
})

type Scene = PlayedScene<PlayedPlatform>

async function createScene(kind: (typeof databaseKinds)[number]): Promise<Scene> {
  const database = await createEmptyDatabase(kind)
  const scene = createPlayedScene(database, new PlayedPlatform())
  const dispose = async () => {
    await scene[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  }
  return { ...scene, [Symbol.asyncDispose]: dispose }
}

/** Has calls of each word dialed, whose answers are still out. `id` is what the platform will call them. */
async function dial({ orchestrator, platform }: Scene, wanted: readonly (typeof words)[number][]) {
  const each = wanted.flatMap((word) => Array.from({ length: callsOfEach }, () => word))
  const inputs = each.map(() => ({ to: '+12025550123', scriptId: 'welcome', exclusive: false }))
  const results = await orchestrator.enqueueMany(inputs)
  const calls = each.map((word, index) => ({ word, callId: results[index]?.call.id ?? '' }))
  await orchestrator.start()
  const named = calls.map(({ word, callId }) => ({ word, callId, attemptId: `${callId}.1`, id: `p-${callId}` }))
  await Promise.all(named.map(({ attemptId }) => platform.dialed(attemptId)))
  return named
}

async function tell({ orchestrator }: Scene, event: Omit<ProviderEvent, 'eventId' | 'at'>): Promise<void> {
  const eventId = `of ${event.attemptId ?? event.providerCallIds?.[0]}`
  const { status } = await orchestrator.handleWebhook(playedWebhook({ eventId, at: null, ...event }))
  expect(status).toBe(200)
}

/** The types of what was told of calls and attempts, sorted. */
function toldOf({ events }: Scene): readonly string[] {
  return events
    .map(({ type }) => type)
    .filter((type) => (type.startsWith('call.') || type.startsWith('attempt.')) && type !== 'call.enqueued')
    .toSorted()
}

async function rowsOf({ store }: Scene, calls: readonly { readonly callId: string }[]) {
  return Promise.all(
    calls.map(async ({ callId }) => ({ call: await store.findCall({ callId }), attempts: await store.listAttempts({ callId }) })),
  )
}

/** An answer adds one thing: that the platform had taken a call of whose course nothing was known. */
function withAnswer({ call, attempts }: Awaited<ReturnType<typeof rowsOf>>[number]) {
  return {
    call,
    attempts: attempts.map((attempt) =>
      attempt.phase === null ? { ...attempt, phase: 'queued', revision: attempt.revision + 1 } : attempt,
    ),
  }
}
