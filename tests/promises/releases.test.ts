import { describe, expect, it } from 'vitest'
import { allCalls, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene } from './scene.ts'
import { patience, sized } from './size.ts'
import { openAtOnce } from './starter.ts'
import { databaseKinds } from './worker-settings.ts'

const starters = 20
/** Among which the starters are. */
const processes = sized(4, starters)
const stores = starters / processes
const rounds = sized(1, 5)

describe.each(databaseKinds)('releases that share %s', (database) => {
  it('start twenty times at once on a new database, and migrate it once', { timeout: patience(120_000) }, async () => {
    for (let round = 0; round < rounds; round += 1) {
      await using scene = await createScene({ database })
      const { migrated, refusals } = await openAtOnce(processes, { database: scene.settings.database, release: 'this', stores })
      expect(refusals).toEqual([])
      expect(migrated).toHaveLength(1)
      expect(await allCalls(scene.office)).toHaveLength(starters)
    }
    keepResult({
      row: 21,
      promise: `${starters} processes start at once on a new database, with ${database}`,
      n: rounds * starters,
      result: `migrated once in each of ${rounds} rounds, 0 of ${rounds * starters} starts failed`,
    })
  })

  it('work beside each other: one that dials goes on while twenty of the next add to its schema, and after it', {
    timeout: patience(120_000),
  }, async () => {
    let dialed = 0
    for (let round = 0; round < rounds; round += 1) {
      await using scene = await createScene({ database, conduct: { staleAfterMs: 20_000 } })
      await using worker = scene.startWorker()
      await worker.said('started')
      const opened = openAtOnce(processes, { database: scene.settings.database, release: 'next', stores })
      await scene.enqueueUntil(opened)
      expect(await opened).toEqual({ migrated: [['campaigns']], refusals: [] })
      const late = await openAtOnce(1, { database: scene.settings.database, release: 'this', stores: 1 })
      expect(late).toEqual({ migrated: [], refusals: [] })
      await scene.enqueue(20)
      await allEnded(scene)

      expect(await judge(scene)).toEqual(innocent)
      const ends = await allCalls(scene.office)
      expect(ends.filter(({ status, attempts }) => status !== 'COMPLETED' || attempts !== 1)).toEqual([])
      expect(worker.complaints).toEqual([])
      expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null })
      dialed += ends.length
    }
    keepResult({
      row: 21,
      promise: `This release dials while ${starters} processes of the next migrate, with ${database}`,
      n: dialed,
      result: `0 of ${dialed} calls lost or dialed twice, 0 errors, migrated once in each of ${rounds} rounds`,
    })
  })

  it('are refused where a newer one has made a schema that they cannot work with', { timeout: patience(120_000) }, async () => {
    await using scene = await createScene({ database })
    const settings = scene.settings.database
    expect((await openAtOnce(1, { database: settings, release: 'breaking', stores: 1 })).refusals).toEqual([])
    const { migrated, refusals } = await openAtOnce(processes, { database: settings, release: 'this', stores })
    expect(migrated).toEqual([])
    expect(refusals).toHaveLength(starters)
    for (const refusal of refusals) {
      expect(refusal).toMatch(
        /was migrated by a newer release: "campaigns" needs code that knows migration \d+, and this knows \d+\. Upgrade @ebra\/store-/,
      )
    }
    keepResult({
      row: 21,
      promise: `This release meets a breaking schema, with ${database}`,
      n: refusals.length,
      result: `${refusals.length} of ${starters} starts refused with a clear text`,
    })
  })
})
