import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { chanceOf, seed } from './chance.ts'
import { allCalls, allEnded, innocent, judge } from './judgement.ts'
import { linkTo } from './postgres-link.ts'
import { keepResult } from './results.ts'
import { createScene, type Scene } from './scene.ts'
import { begunLate, sendingsOf } from './sending-times.ts'
import { patience, sized } from './size.ts'

const rounds = sized(4, 60)
const cuts = sized(20, 500)

const asksToClaim = /commit_turn.*"claim":\{/s
/** The lines of a turn come as rows, in parentheses. */
const writesOfATurn = /commit_turn.*\{"\(/s

/** What passes between a worker and its database when the link falls silent, and which way it does. */
const steps = {
  'it asks to claim': { request: asksToClaim, silences: 'everything' },
  'its claim is answered': { request: asksToClaim, silences: 'answers' },
  'it records what a platform said': { request: writesOfATurn, silences: 'everything' },
  'its record is answered': { request: writesOfATurn, silences: 'answers' },
  'it reads': { request: /look_up/, silences: 'everything' },
  'it asks what to look after': { request: /claim_checks/, silences: 'everything' },
} as const

describe(`a worker on a bad way to its database (seed ${seed})`, () => {
  it.concurrent.each(Object.keys(steps) as (keyof typeof steps)[])(
    'that falls silent while %s begins no dial after its send deadline, and no call is lost',
    { timeout: patience(120_000) },
    async (step) => {
      const chance = chanceOf(`partition ${step}`)
      await using parted = await part()
      const { scene, link, worker } = parted
      const { request, silences } = steps[step]
      for (let round = 0; round < rounds; round++) {
        const isSilent = new Promise<void>((resolve) => {
          link.whenAsked(request, () => {
            link.hold(silences)
            resolve()
          })
        })
        await scene.enqueueUntil(isSilent)
        await scene.enqueue(10)
        await pause(chance.between(100, 2_500))
        link.release()
      }
      await allEnded(scene)

      expect(worker.child.exitCode).toBe(null)
      const result = await shown(scene)
      keepResult({ row: 12, promise: `The way to the database falls silent while ${step}`, n: rounds, result })
    },
  )

  it.concurrent('that is slower than its send window begins no dial at all, until it is quick again', {
    timeout: patience(60_000),
  }, async () => {
    await using parted = await part()
    const { scene, link, other } = parted
    await other.end('SIGTERM')
    link.delay(300)
    const calls = await scene.enqueue(sized(20, 500))
    await pause(sized(3_000, 60_000))
    expect(await scene.ledger.summary()).toMatchObject({ posts: 0 })
    link.delay(0)
    await allEnded(scene)

    const result = await shown(scene)
    keepResult({ row: 12, promise: 'Every claim is answered later than its send window', n: calls.length, result })
  })

  it.concurrent('that breaks again and again lives on, begins no dial late, and no call is lost', {
    timeout: patience(60_000),
  }, async () => {
    const chance = chanceOf('cuts')
    await using parted = await part()
    const { scene, link, worker } = parted
    for (let cut = 0; cut < cuts; cut++) {
      await scene.enqueue(4)
      await pause(chance.between(0, 90))
      link.cut()
    }
    await allEnded(scene)

    expect(worker.child.exitCode).toBe(null)
    const result = await shown(scene)
    keepResult({ row: 12, promise: 'The connections to the database break at random', n: cuts, result })
  })
})

/** A worker that goes to Postgres through a link and takes the webhooks, and one that goes straight. */
async function part() {
  const scene = await createScene({ database: 'Postgres' })
  const { database } = scene.settings
  if (database.kind !== 'Postgres') throw new Error('not the database that was asked for')
  const link = await linkTo(database.connectionString)
  const worker = scene.startWorker({ database: { ...database, connectionString: link.connectionString, answerTimeoutMs: 1_500 } })
  const other = scene.startWorker({ takesWebhooks: false })
  await Promise.all([worker.said('started'), other.said('started')])
  const dispose = async () => {
    await Promise.all([worker[Symbol.asyncDispose](), other[Symbol.asyncDispose]()])
    await link[Symbol.asyncDispose]()
    await scene[Symbol.asyncDispose]()
  }
  return { scene, link, worker, other, [Symbol.asyncDispose]: dispose }
}

/** Judges a scene, and puts the judgement into words. */
async function shown(scene: Scene): Promise<string> {
  expect(await judge(scene)).toEqual(innocent)
  const sendings = await sendingsOf(scene)
  expect(begunLate(sendings)).toEqual([])
  const calls = await allCalls(scene.office)
  return `0 of ${sendings.length} dials begun after their deadline, 0 double rings, 0 of ${calls.length} calls lost, 0 slots left`
}
