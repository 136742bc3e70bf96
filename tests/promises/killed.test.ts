import { crashPoints } from '@ebra/core/testing'
import { describe, expect, it } from 'vitest'
import { chanceOf, seed } from './chance.ts'
import { allAttempts, allCalls, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene, type Scene, type SceneOptions } from './scene.ts'
import { isSoak, patience, sized } from './size.ts'
import { databaseKinds } from './worker-settings.ts'

/** What platforms can do about a dial of which nobody knows whether it rang. */
const platforms = {
  'promises nothing': {},
  'recognises a key': { platform: { idempotencyWindowMs: 600_000 }, ledger: { dedupe: true } },
  'can be asked': { platform: { get: true, find: true, findSettleMs: 200 } },
} as const satisfies Record<string, Partial<SceneOptions>>

const killsPerPoint = sized(1, 12)
const cases = databaseKinds.flatMap((database) =>
  (Object.keys(platforms) as (keyof typeof platforms)[]).map((platform) => ({ database, platform })),
)

/** Side by side only in the small size: hundreds of kills at once leave no processor to the platform. */
const each = isSoak ? it.for(cases) : it.concurrent.for(cases)

describe(`a worker that is killed at every point of a dial and a settlement (seed ${seed})`, () => {
  each(
    'rings no phone twice and loses no call, with $database and a platform that $platform',
    { timeout: patience(180_000) },
    async ({ database, platform }) => {
      const chance = chanceOf(`killed ${database} ${platform}`)
      const { ledger = {}, ...options }: Partial<SceneOptions> = platforms[platform]
      const webhooks = { twice: 0.2, early: 0.1 }
      await using scene = await createScene({ database, conduct: { concurrency: 1_000 }, ...options, ledger: { ...ledger, webhooks } })
      const kills = chance.shuffled(Array.from({ length: killsPerPoint }, () => crashPoints).flat())
      for (const point of kills) {
        await using victim = scene.startWorker({ trap: { point, passes: chance.between(0, 3), action: 'wait' } })
        await victim.said('started')
        await scene.enqueueUntil(victim.said('trapped'))
        expect(await victim.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
      }
      await using _successor = scene.startWorker()
      await allEnded(scene)

      expect(
        await endedTooLate(scene),
        'the machine was too slow for a platform whose calls are to be over before they count as silent',
      ).toEqual([])
      expect(await judge(scene)).toEqual(innocent)
      const { COMPLETED: calls } = (await scene.office.metrics()).store.calls
      const all = await allCalls(scene.office)
      expect(all).toHaveLength(calls)
      const lost = (await allAttempts(scene.office)).filter(({ outcome }) => outcome === 'lost')
      const inDoubt = lost.filter(({ providerCallId }) => providerCallId === null)
      if (platform !== 'promises nothing') expect(inDoubt).toEqual([])
      keepResult({
        row: 2,
        promise: `A worker is killed at each of ${crashPoints.length} points, with ${database} and a platform that ${platform}`,
        n: kills.length,
        result: `0 double rings, 0 overlapping calls, 0 of ${calls} calls lost, 0 slots left; ${inDoubt.length} attempts spent on dials in doubt, ${lost.length - inDoubt.length} on ends that nobody was there to hear`,
      })
    },
  )
})

/** Calls that the platform itself kept for longer than silence is waited for: to dial those again is what `onLost` asks for. */
async function endedTooLate({ ledger, settings }: Scene): Promise<readonly unknown[]> {
  const { rings } = await ledger.report()
  return rings.filter(({ at, end }) => end === null || end.at - at > (settings.conduct.staleAfterMs ?? 0))
}
