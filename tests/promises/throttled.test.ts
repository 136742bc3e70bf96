import { setTimeout as pause } from 'node:timers/promises'
import { postsByCall } from '@ebra/testkit/ledger'
import { describe, expect, it } from 'vitest'
import { seed } from './chance.ts'
import { fleetOf } from './fleet.ts'
import { allCalls, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene, type Scene } from './scene.ts'
import { claimTimesOf } from './sending-times.ts'
import { patience, sized } from './size.ts'
import { databaseKinds } from './worker-settings.ts'

const calls = sized(60, 2_000)
const workers = sized(3, 8)
const retryAfterSec = 1

/** A span, in database time, in which a gate was seen to be closed. */
interface Closure {
  readonly fromMs: number
  readonly untilMs: number
}

describe.each(databaseKinds)(`a platform that answers 429 to many workers on %s (seed ${seed})`, (database) => {
  it('costs no attempt, and gets no POST of such a call before its Retry-After, nor any claim while the fleet knows', {
    timeout: patience(120_000),
  }, async () => {
    // The platform has room for a fifth of what the fleet would dial.
    await using scene = await createScene({
      database,
      conduct: { concurrency: 20, staleAfterMs: 20_000 },
      ledger: { maxConcurrent: 4, retryAfterSec },
    })
    await using fleet = fleetOf(Array.from({ length: workers }, (_, index) => scene.startWorker({ takesWebhooks: index === 0 })))
    await fleet.started
    await scene.enqueue(calls)
    const closures = await closuresUntil(scene, allEnded(scene))

    expect(await judge(scene)).toEqual(innocent)
    const { posts } = await scene.ledger.report()
    const throttled = posts.filter(({ answer }) => answer === 'throttle')
    expect(throttled.length).toBeGreaterThan(0)
    expect(closures.length).toBeGreaterThan(0)
    expect(await tooEarly(scene)).toEqual([])
    expect(await claimsWithin(scene, closures)).toEqual([])
    expect((await allCalls(scene.office)).filter(({ attempts }) => attempts !== 1)).toEqual([])
    keepResult({
      row: 5,
      promise: `429 with Retry-After to ${workers} processes on ${database}`,
      n: throttled.length,
      result: `0 attempts spent on ${throttled.length} refusals, 0 POSTs of a call before its Retry-After, 0 of ${posts.length} claims within ${closures.length} looks at a closed gate`,
    })
  })
})

/** Looks at the gates again and again: a gate that was seen had been committed by then. */
async function closuresUntil({ office }: Scene, end: Promise<void>): Promise<readonly Closure[]> {
  const closures: Closure[] = []
  let isOver = false
  const over = end.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const askedMs = Date.now()
    const { gates } = await office.control()
    const toldMs = Date.now()
    for (const { opensInMs } of gates) if (opensInMs) closures.push({ fromMs: toldMs, untilMs: askedMs + opensInMs })
    await Promise.race([over, pause(10)])
  }
  await over
  return closures
}

/** POSTs of calls that had been told to wait for longer. */
async function tooEarly({ ledger }: Scene): Promise<readonly unknown[]> {
  const perCall = postsByCall(await ledger.report())
  return [...perCall.values()].flatMap((posts) =>
    posts.filter(({ at }, index) => {
      const before = posts[index - 1]
      return before?.answer === 'throttle' && at < before.at + retryAfterSec * 1_000
    }),
  )
}

/** When attempts were claimed that came to the platform, of those times that lie in a span in which its gate was closed. */
async function claimsWithin(scene: Scene, closures: readonly Closure[]): Promise<readonly number[]> {
  const times = await claimTimesOf(scene)
  return times.filter((at) => closures.some(({ fromMs, untilMs }) => at > fromMs && at < untilMs))
}
