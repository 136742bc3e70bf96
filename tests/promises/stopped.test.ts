import { setTimeout as pause } from 'node:timers/promises'
import type { Attempt } from '@ebra/core'
import { describe, expect, it } from 'vitest'
import { chanceOf, seed } from './chance.ts'
import { allCalls, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene, type Scene } from './scene.ts'
import { type Sending, sendingsOf } from './sending-times.ts'
import { patience, sized } from './size.ts'
import { receiveWebhooks } from './webhook-server.ts'
import { databaseKinds } from './worker-settings.ts'

const stops = sized(8, 250)

/** Some dials are answered within the grace of a stop, and some never. */
const ledger = { faults: { slow: 0.25, ringThenHang: 0.25 }, slowMs: 300 }

describe.each(databaseKinds)(`a worker on %s that is told to stop at any moment (seed ${seed})`, (database) => {
  it('begins no dial after it, leaves no claim behind that it did not send, and ends by itself', {
    timeout: patience(120_000),
  }, async () => {
    const chance = chanceOf(`stopped ${database}`)
    await using scene = await createScene({ database, conduct: { concurrency: 500, staleAfterMs: 6_000 }, ledger })
    await using _webhooks = await receiveWebhooks(scene.office, scene.settings.conduct.publicUrl ?? '')
    const stoppedAt = new Map<number, number>()
    const leftUnsent: Attempt[] = []
    for (let stop = 0; stop < stops; stop++) {
      await using worker = scene.startWorker({ takesWebhooks: false })
      await worker.said('started')
      await scene.enqueueUntil(pause(chance.between(0, 400)))
      const exited = worker.end('SIGTERM')
      stoppedAt.set(worker.child.pid ?? 0, (await worker.said('stopping')).at)
      expect(await exited).toEqual({ code: 0, signal: null })
      leftUnsent.push(...(await unsentClaims(scene)))
    }
    await using _successor = scene.startWorker({ takesWebhooks: false })
    await allEnded(scene)

    expect(leftUnsent).toEqual([])
    expect(await judge(scene)).toEqual(innocent)
    expect(begunAfterStop(await sendingsOf(scene), stoppedAt)).toEqual([])
    const calls = await allCalls(scene.office)
    keepResult({
      row: 15,
      promise: `A worker on ${database} gets SIGTERM`,
      n: stops,
      result: `0 dials begun after it, 0 unsent claims left behind, 0 of ${calls.length} calls lost, ${stops} ends with code 0`,
    })
  })
})

/** Attempts that hold a slot though no request for them ever left. */
async function unsentClaims({ office, ledger }: Scene): Promise<readonly Attempt[]> {
  const { posts } = await ledger.report()
  const sent = new Set(posts.map(({ attemptId }) => attemptId))
  const { items } = await office.list({ status: ['IN_PROGRESS'], pageSize: 100 })
  const attempts = (await Promise.all(items.map(({ id }) => office.attempts(id)))).flat()
  return attempts.filter(({ attemptId, status }) => status !== 'ENDED' && !sent.has(attemptId))
}

function begunAfterStop(sendings: readonly Sending[], stoppedAt: ReadonlyMap<number, number>): readonly Sending[] {
  return sendings.filter(({ begunBy, begunAt }) => begunAt > (stoppedAt.get(begunBy) ?? Number.POSITIVE_INFINITY))
}
