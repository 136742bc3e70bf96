import { join } from 'node:path'
import { CallOrchestrator } from '@ebra/core'
import { PostgresStore } from '@ebra/store-postgres'
import { SqliteStore } from '@ebra/store-sqlite'
import { type PostgresServer, startPostgres } from '@ebra/testkit/postgres'
import BetterSqlite3 from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scratchFolder } from '../e2e/scratch-folder.ts'
import { answerEverything, deeds, mute } from './answers.ts'
import { watchCommits } from './commit-watch.ts'
import { flushWitness, lazySettings } from './flush-witness.ts'
import { hostPool, ways } from './host-pool.ts'
import { keepResult } from './results.ts'
import { patience, sized } from './size.ts'

const times = sized(8, 100)
const off = { name: 'synchronous_commit', value: 'off' } as const

describe('on a server that flushes by itself only every ten seconds', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({ settings: lazySettings })
  })
  afterAll(() => server.stop())

  it.each(ways)(
    'what was answered is on the disk, and every claim before its dial, where %s turns synchronous_commit off',
    {
      timeout: patience(120_000),
    },
    async (way) => {
      await using database = await server.createDatabase()
      await using host = await hostPool(database, way, off)
      await using witness = await flushWitness(database.connectionString)
      expect((await host.pool.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'off' }])
      await answerEverything({ store: new PostgresStore({ pool: host.pool }), times, note: witness.note })

      const verdicts = await witness.judge()
      expect(verdicts.map(({ deed }) => deed)).toEqual(deeds.toSorted())
      expect(verdicts.filter(({ answered, unflushed }) => answered < times || unflushed > 0)).toEqual([])
      const answers = verdicts.reduce((sum, { answered }) => sum + answered, 0)
      keepResult({
        row: 22,
        promise: `synchronous_commit is turned off by ${way}`,
        n: answers,
        result: `0 of ${answers} answers of ${verdicts.length} kinds came before their commit was flushed`,
      })
    },
  )

  it('the witness would notice: where the schema itself asks for no durability, answers of each kind come too early', {
    timeout: patience(120_000),
  }, async () => {
    await using database = await server.createDatabase()
    await using host = await hostPool(database, 'a role', off)
    await using witness = await flushWitness(database.connectionString)
    await new PostgresStore({ pool: host.pool }).migrate()
    await host.pool.query('create or replace function ebra.be_durable() returns void language plpgsql as $$ begin end $$')
    await answerEverything({ store: new PostgresStore({ pool: host.pool }), times: 4, note: witness.note })
    expect((await witness.judge()).filter(({ unflushed }) => unflushed === 0)).toEqual([])
  })
})

describe('with SQLite', () => {
  it('every commit of the store, on whichever connection, waits for the disk', { timeout: patience(120_000) }, async () => {
    await using folder = await scratchFolder()
    const file = join(folder.path, 'ebra.db')
    using watched = watchCommits(file)
    const counts = new Map<string, number>()
    const note = async (deed: string) => void counts.set(deed, (counts.get(deed) ?? 0) + 1)
    await answerEverything({ store: new SqliteStore({ file }), times, note })

    const answers = [...counts.values()].reduce((sum, count) => sum + count, 0)
    expect([...counts.keys()].toSorted()).toEqual(deeds.toSorted())
    expect(watched.commits.length).toBeGreaterThan(answers)
    expect(watched.commits.filter(({ isFull }) => !isFull)).toEqual([])
    keepResult({
      row: 22,
      promise: 'Every commit on SQLite is made with synchronous = FULL',
      n: watched.commits.length,
      result: `0 of ${watched.commits.length} commits behind ${answers} answers of ${counts.size} kinds did not wait for the disk`,
    })
  })

  it("a host's own connection commits as the host has set it: the call is as safe as the host's rows beside it", async () => {
    await using folder = await scratchFolder()
    const file = join(folder.path, 'ebra.db')
    const orchestrator = new CallOrchestrator({ store: new SqliteStore({ file }), provider: mute, concurrency: 1 })
    await orchestrator.metrics()
    for (const setting of ['normal', 'full']) {
      const database = new BetterSqlite3(file)
      database.pragma(`synchronous = ${setting}`)
      using watched = watchCommits(file)
      database.transaction(() => orchestrator.enqueueSync({ to: '+493012345678', scriptId: 'welcome' }, { transaction: database }))()
      expect(watched.commits).toEqual([{ isFull: setting === 'full' }])
      database.close()
    }
    await orchestrator.stop()
  })
})
