import type { Attempt } from '@ebra/core'
import { postsByCall } from '@ebra/testkit/ledger'
import { describe, expect, it } from 'vitest'
import { until } from '../e2e/until.ts'
import { seed } from './chance.ts'
import { allAttempts, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene, type Scene } from './scene.ts'
import { patience, sized } from './size.ts'
import { type ConductSettings, databaseKinds } from './worker-settings.ts'

const calls = sized(40, 1_700)
const staleAfterMs = 3_000

/** Of all dials none is answered: half of them ring, and of those that ring half are never heard of again. */
const silence = { faults: { ringThenHang: 0.5, hang: 0.5 }, webhooks: { never: 0.5 } }

type Choice = NonNullable<NonNullable<ConductSettings['onLost']>['unconfirmed']>

function setup(database: (typeof databaseKinds)[number], choice: Choice): Promise<Scene> {
  const conduct = { staleAfterMs, concurrency: calls, maxAttempts: 4, onLost: { unconfirmed: choice, silent: choice } }
  return createScene({ database, conduct, ledger: silence })
}

describe.each(databaseKinds)(`a dial that nobody answers, with %s (seed ${seed})`, (database) => {
  it.concurrent('is not repeated before staleAfterMs, and then only as onLost "retry" says', { timeout: patience(120_000) }, async () => {
    await using scene = await setup(database, 'retry')
    await scene.enqueue(calls)
    await using _worker = scene.startWorker()
    await allEnded(scene)

    expect(await judge(scene)).toEqual(innocent)
    const attempts = await allAttempts(scene.office)
    const lost = attempts.filter(({ outcome }) => outcome === 'lost')
    expect(lost.length).toBeGreaterThan(calls)
    expect(lost.filter((attempt) => slotMs(attempt) < staleAfterMs)).toEqual([])
    expect(await postsBeforeStale(scene, attempts)).toEqual([])
    keepResult({
      row: 3,
      promise: `Dials that ring or not and are not answered, with ${database}, onLost retry`,
      n: attempts.length,
      result: `0 dials before staleAfterMs, 0 slots freed before it, 0 overlapping calls of ${calls}`,
    })
  })

  it.concurrent('is its call’s only one where onLost says "expire"', { timeout: patience(120_000) }, async () => {
    await using scene = await setup(database, 'expire')
    await scene.enqueue(calls)
    await using _worker = scene.startWorker()
    await allEnded(scene)

    expect(await judge(scene)).toEqual(innocent)
    expect(await dialedTwice(scene)).toEqual([])
    const { COMPLETED, EXPIRED } = (await scene.office.metrics()).store.calls
    expect(COMPLETED + EXPIRED).toBe(calls)
    expect(EXPIRED).toBeGreaterThan(0)
    keepResult({
      row: 3,
      promise: `Dials that ring or not and are not answered, with ${database}, onLost expire`,
      n: calls,
      result: `0 dials repeated; ${EXPIRED} calls expired, ${COMPLETED} settled by webhook`,
    })
  })

  it.concurrent('keeps its slot where onLost says "hold", until somebody decides', { timeout: patience(120_000) }, async () => {
    await using scene = await setup(database, 'hold')
    await scene.enqueue(calls)
    await using _worker = scene.startWorker()
    await until(async () => {
      const { store } = await scene.office.metrics()
      return store.held > 0 && store.held === store.live && store.calls.PENDING === 0
    })
    expect(await dialedTwice(scene)).toEqual([])
    const held = (await allAttempts(scene.office)).filter(({ status }) => status === 'HELD')
    expect((await scene.office.metrics()).store.held).toBe(held.length)
    for (const { attemptId } of held) await scene.office.resolve(attemptId, { ended: 'completed' })

    expect(await judge(scene)).toEqual(innocent)
    expect(await dialedTwice(scene)).toEqual([])
    keepResult({
      row: 3,
      promise: `Dials that ring or not and are not answered, with ${database}, onLost hold`,
      n: calls,
      result: `0 dials repeated; ${held.length} attempts held until they were resolved, 0 slots left`,
    })
  })
})

/** Calls of which the platform got a second request. Of some it may have got none: a machine with too much to do gives requests up before they are read. */
async function dialedTwice({ ledger }: Scene): Promise<readonly (string | null)[]> {
  const perCall = postsByCall(await ledger.report())
  return [...perCall].flatMap(([callId, posts]) => (posts.length > 1 ? [callId] : []))
}

/** For how long an attempt was counted against the cap. */
function slotMs({ startedAt, endedAt }: Attempt): number {
  return (endedAt?.getTime() ?? Number.POSITIVE_INFINITY) - startedAt.getTime()
}

/** POSTs that came while the attempt before them was not yet stale. */
async function postsBeforeStale({ ledger }: Scene, attempts: readonly Attempt[]): Promise<readonly unknown[]> {
  const startedAt = new Map(attempts.map((attempt) => [attempt.attemptId, attempt.startedAt.getTime()]))
  const { posts } = await ledger.report()
  return posts.filter(({ attemptId, at }) => {
    const [callId, number] = (attemptId ?? '').split('.')
    const before = startedAt.get(`${callId}.${Number(number) - 1}`)
    return before !== undefined && at < before + staleAfterMs
  })
}
