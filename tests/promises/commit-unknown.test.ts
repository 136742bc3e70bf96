import type { Attempt } from '@ebra/core'
import { describe, expect, it } from 'vitest'
import { allAttempts, allEnded, innocent, judge } from './judgement.ts'
import { linkTo } from './postgres-link.ts'
import { keepResult } from './results.ts'
import { createScene, type Scene } from './scene.ts'
import { patience, sized } from './size.ts'

const rounds = sized(6, 200)
const callsPerRound = 3

/** A turn's answer that names attempts it has claimed. */
const claims = /"claimed" ?: ?\[/

describe('a claim whose COMMIT is answered into a broken connection', () => {
  it('is never dialed, and is put back as soon as the database answers again', { timeout: patience(60_000) }, async () => {
    await using scene = await createScene({ database: 'Postgres', conduct: { staleAfterMs: 30_000 } })
    const { database } = scene.settings
    if (database.kind !== 'Postgres') throw new Error('not the database that was asked for')
    await using link = await linkTo(database.connectionString)
    await using worker = scene.startWorker({ database: { ...database, connectionString: link.connectionString } })
    await worker.said('started')
    const abandoned: Attempt[] = []
    const putBackAfterMs: number[] = []
    for (let round = 0; round < rounds; round++) {
      const lost = link.loseAnswer(claims)
      await scene.enqueue(callsPerRound)
      await lost
      const claimed = (await allAttempts(scene.office)).filter(({ status }) => status === 'PLACING')
      abandoned.push(...claimed)
      const releasedAt = Date.now()
      link.release()
      await allEnded(scene)
      putBackAfterMs.push(...(await endsOf(scene, claimed)).map((endedAt) => endedAt - releasedAt))
    }

    expect(abandoned.length).toBeGreaterThanOrEqual(rounds)
    expect(await judge(scene)).toEqual(innocent)
    const { posts } = await scene.ledger.report()
    const neverDialed = new Set(abandoned.map(({ attemptId }) => attemptId))
    expect(posts.filter(({ attemptId }) => attemptId !== null && neverDialed.has(attemptId))).toEqual([])
    expect(putBackAfterMs.length).toBeGreaterThan(0)
    keepResult({
      row: 11,
      promise: 'The connection breaks after COMMIT, before its answer',
      n: abandoned.length,
      result: `0 of ${abandoned.length} claims dialed, 0 slots left, put back ${Math.max(...putBackAfterMs)} ms after the network was whole again at the latest (of ${putBackAfterMs.length} whose attempt is kept)`,
    })
  })
})

/** When these attempts ended; a put-back one that was followed by another is not kept, and left out. */
async function endsOf({ office }: Scene, attempts: readonly Attempt[]): Promise<readonly number[]> {
  const ids = new Set(attempts.map(({ attemptId }) => attemptId))
  return (await allAttempts(office)).flatMap(({ attemptId, endedAt }) =>
    ids.has(attemptId) && endedAt !== null ? [endedAt.getTime()] : [],
  )
}
