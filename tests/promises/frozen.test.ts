import { setTimeout as pause } from 'node:timers/promises'
import type { Call } from '@ebra/core'
import { crashPoints } from '@ebra/core/testing'
import { describe, expect, it } from 'vitest'
import { chanceOf, seed } from './chance.ts'
import { allCalls, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene, type Scene } from './scene.ts'
import { begunLate, cameLate, sendingsOf } from './sending-times.ts'
import { patience, sized } from './size.ts'
import { receiveWebhooks } from './webhook-server.ts'
import { databaseKinds } from './worker-settings.ts'

const freezesPerCase = sized(1, 20)
/** A process that is frozen while it holds SQLite's one lock stops everybody, which rings no phone either: there the moment is a named one. */
const cases = [
  ...databaseKinds.flatMap((database) => crashPoints.map((point) => ({ database, point }))),
  { database: 'Postgres', point: 'any moment' } as const,
]

describe(`a worker that is frozen for longer than everything waits for it (seed ${seed})`, () => {
  it.concurrent.for(cases)(
    'at "$point", with $database, sends nothing late and changes nothing that was settled without it',
    { timeout: patience(120_000) },
    async ({ database, point }) => {
      const chance = chanceOf(`frozen ${database} ${point}`)
      await using scene = await createScene({ database })
      await using _webhooks = await receiveWebhooks(scene.office, scene.settings.conduct.publicUrl ?? '')
      for (let freeze = 0; freeze < freezesPerCase; freeze++) {
        const trap = point === 'any moment' ? null : ({ point, passes: chance.between(0, 3), action: 'freeze' } as const)
        await using sleeper = scene.startWorker({ takesWebhooks: false, trap })
        await sleeper.said('started')
        const isFrozen = trap === null ? pause(chance.between(20, 250)).then(sleeper.freeze) : sleeper.said('trapped')
        await scene.enqueueUntil(isFrozen)
        const settled = await settleWithoutIt(scene)

        sleeper.thaw()
        await workAlone(scene)
        expect(await sleeper.end('SIGTERM')).toEqual({ code: 0, signal: null })
        expect(await allCalls(scene.office)).toEqual(expect.arrayContaining([...settled]))
      }

      expect(await judge(scene)).toEqual(innocent)
      const sendings = await sendingsOf(scene)
      expect(begunLate(sendings)).toEqual([])
      expect(cameLate(sendings)).toEqual([])
      keepResult({
        row: 13,
        promise: `A worker on ${database} is frozen at "${point}" until all that it held has been given up`,
        n: freezesPerCase,
        result: `0 of ${sendings.length} dials late, 0 double rings, 0 settled calls changed, 0 slots left`,
      })
    },
  )
})

/** Another worker ends every call, those of the sleeper included, and leaves. */
async function settleWithoutIt(scene: Scene): Promise<readonly Call[]> {
  await using awake = scene.startWorker({ takesWebhooks: false })
  await awake.said('started')
  await allEnded(scene)
  await awake.end('SIGTERM')
  return allCalls(scene.office)
}

/** The sleeper has caught up when it has ended new calls, of which nobody else could know. */
async function workAlone(scene: Scene): Promise<void> {
  await scene.enqueue(3)
  await allEnded(scene)
}
