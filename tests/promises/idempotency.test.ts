import { describe, expect, it } from 'vitest'
import type { Answer, WireCall } from '../e2e/client.ts'
import { type Api, startApi } from './api.ts'
import { type Chance, chanceOf, seed } from './chance.ts'
import { allCalls, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene } from './scene.ts'
import { patience, sized } from './size.ts'
import { databaseKinds } from './worker-settings.ts'

const requests = 50
const keys = sized(16, 500)
/** Keys that are used at the same time. */
const abreast = 4
const kills = sized(2, 50)
const conduct = { staleAfterMs: 60_000 }

describe.each(databaseKinds)(`a key that comes to two processes on %s with ${requests} POST /calls at once (seed ${seed})`, (database) => {
  it('makes one call, which answers them all; those that want another call by it are refused', { timeout: patience(120_000) }, async () => {
    const chance = chanceOf(`idempotency ${database}`)
    await using scene = await createScene({ database, conduct })
    await using express = await startApi(scene, 'Express')
    await using fastify = await startApi(scene, 'Fastify')
    await using worker = scene.startWorker()
    await worker.said('started')
    let refused = 0
    for (let key = 0; key < keys; key += abreast) {
      const storms = Array.from({ length: abreast }, (_, index) => storm([express, fastify], key + index, rivalsOf(chance)))
      for (const { rivals, answers } of await Promise.all(storms)) {
        const tally = tallyOf(answers)
        const granted = tally.isOfRival ? rivals : requests - rivals
        expect(tally).toMatchObject({ ids: 1, made: 1, replayed: granted - 1, refused: requests - granted })
        refused += tally.refused
      }
    }
    await allEnded(scene)

    expect(await judge(scene)).toEqual(innocent)
    expect(await allCalls(scene.office)).toHaveLength(keys)
    expect((await scene.ledger.report()).rings).toHaveLength(keys)
    expect(refused).toBeGreaterThan(0)
    keepResult({
      row: 18,
      promise: `POST /calls comes ${requests} times at once with one key to two processes on ${database}`,
      n: keys,
      result: `${keys} keys, ${keys} calls, ${keys} rings; ${refused} of ${keys * requests} requests wanted another call by the same key and were refused`,
    })
  })

  it('makes one call though one of them is killed amid it, and its clients send again to the other', {
    timeout: patience(120_000),
  }, async () => {
    const chance = chanceOf(`idempotency killed ${database}`)
    await using scene = await createScene({ database, conduct })
    await using survivor = await startApi(scene, 'Express')
    let unanswered = 0
    for (let key = 0; key < kills; key++) {
      await using victim = await startApi(scene, 'Fastify')
      const { answers, sentAgain } = await storm([survivor, victim], key, 0, {
        answersBefore: chance.between(1, 20),
        strike: () => void victim.process.end('SIGKILL'),
      })
      expect(tallyOf(answers)).toMatchObject({ ids: 1, refused: 0, made: expect.toBeOneOf([0, 1]) })
      expect(answers.filter(({ status }) => status !== 200 && status !== 201)).toEqual([])
      unanswered += sentAgain
    }

    expect(unanswered).toBeGreaterThan(0)
    expect(await allCalls(scene.office)).toHaveLength(kills)
    keepResult({
      row: 18,
      promise: `A process on ${database} is killed amid ${requests} POST /calls with one key`,
      n: kills,
      result: `${kills} calls of ${kills} keys, though ${unanswered} requests were never answered and sent again`,
    })
  })
})

/** How many requests want another call by the key: in every second storm none. */
function rivalsOf(chance: Chance): number {
  return chance.share() < 0.5 ? 0 : chance.between(1, requests - 1)
}

/** What became of a storm. Each of the requests has its answer in the end. */
interface Storm {
  readonly rivals: number
  readonly answers: readonly Answer<WireCall>[]
  /** How many connections broke. */
  readonly sentAgain: number
}

/** What happens amid a storm, once so many answers have come. */
interface Blow {
  readonly answersBefore: number
  strike(): void
}

/** Sends all requests at once, to both processes in turn. What one of them does not answer is sent again to the first. */
async function storm([first, second]: readonly [Api, Api], key: number, rivals: number, blow: Blow | null = null): Promise<Storm> {
  let answered = 0
  let sentAgain = 0
  const send = async ({ clientWithKey }: Api, index: number) => {
    const body = { to: numberOf(key, index < rivals), scriptId: 'welcome' }
    const answer = await clientWithKey(`order-${key}`).send('POST', '/calls', body)
    answered += 1
    if (answered === blow?.answersBefore) blow.strike()
    return answer
  }
  const answers = Array.from({ length: requests }, async (_, index) => {
    try {
      return await send(index % 2 === 0 ? first : second, index)
    } catch {
      sentAgain += 1
      return await send(first, index)
    }
  })
  return { rivals, answers: await Promise.all(answers), sentAgain }
}

function tallyOf(answers: readonly Answer<WireCall>[]) {
  const granted = answers.filter(({ status }) => status === 200 || status === 201)
  return {
    ids: new Set(granted.map(({ body }) => body.id)).size,
    made: granted.filter(({ status, headers }) => status === 201 && !headers.has('idempotent-replayed')).length,
    replayed: granted.filter(({ status, headers }) => status === 200 && headers.get('idempotent-replayed') === 'true').length,
    refused: answers.filter(({ status, body }) => status === 422 && 'code' in body && body.code === 'IDEMPOTENCY_KEY_REUSED').length,
    isOfRival: granted.some(({ body }) => body.to.startsWith(rivalPrefix)),
  }
}

const rivalPrefix = '+4933'

function numberOf(key: number, isRival: boolean): string {
  return `${isRival ? rivalPrefix : '+4932'}${String(key).padStart(8, '0')}`
}
