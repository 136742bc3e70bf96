import { aCall } from '@ebra/testkit'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { SqliteStore, type SqliteStoreOptions } from '../src/index.ts'
import { silent } from './open-store.ts'
import { TemporaryFile } from './temporary-file.ts'

/** A file on which stores can be opened, and the host's own connection to it. */
function setup() {
  const home = new TemporaryFile()
  const host = new BetterSqlite3(home.path)
  const stores: SqliteStore[] = []
  return {
    host,
    file: home.path,
    make(options: Partial<SqliteStoreOptions> = {}) {
      const store = new SqliteStore({ file: home.path, ...options })
      stores.push(store)
      return store
    },
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store.close()
      host.close()
      home[Symbol.dispose]()
    },
  }
}

const context = { logger: silent, clock: null }

/** Writes into the list of migrations what a later release would have written. */
function applyFromTheFuture(host: BetterSqlite3.Database, minCode: number): void {
  host.prepare("insert into ebra_migrations values (99, 'from the future', ?, 0)").run(minCode)
}

it('a store migrates a new file, and tells of it once', async () => {
  await using scene = setup()
  const told: object[] = []
  const logger = { ...silent, info: (facts: object) => void told.push(facts) }
  await scene.make().open({ logger, clock: null })
  await scene.make().open({ logger, clock: null })
  expect(told).toEqual([{ file: scene.file, migrations: ['queue'] }])
  expect(scene.host.prepare('select number, name, min_code from ebra_migrations').all()).toEqual([
    { number: 1, name: 'queue', min_code: 1 },
  ])
})

it('a store that must not migrate refuses a file that lacks something', async () => {
  await using scene = setup()
  await expect(scene.make({ migrate: 'never' }).open(context)).rejects.toThrow(
    `The database ${scene.file} lacks migration 1 "queue". Run store.migrate(), or open the store with migrate: 'auto'.`,
  )
  expect(scene.host.prepare('select count(*) from sqlite_master').pluck().get()).toBe(0)
})

it('a store that must not migrate opens what was migrated before', async () => {
  await using scene = setup()
  const store = scene.make({ migrate: 'never' })
  await store.migrate()
  await store.migrate()
  await store.open(context)
  await store.migrate()
  await store.insertCalls({ calls: [aCall()] })
})

it('the script makes the very schema that the store makes', async () => {
  await using scene = setup()
  await using other = setup()
  const schema = 'select type, name, tbl_name, sql from sqlite_master order by type, name'
  scene.host.exec(scene.make().migrationSql())
  await other.make().migrate()
  expect(scene.host.prepare(schema).all()).toEqual(other.host.prepare(schema).all())
  await scene.make({ migrate: 'never' }).open(context)
})

it('the script leaves out what was applied', () => {
  const store = new SqliteStore({ file: ':memory:' })
  expect(store.migrationSql()).toContain('create table ebra_calls')
  expect(store.migrationSql({ after: 1 })).not.toContain('ebra_calls')
})

it('a schema that needs newer code is refused, however the store migrates', async () => {
  await using scene = setup()
  await scene.make().migrate()
  applyFromTheFuture(scene.host, 2)
  for (const migrate of ['auto', 'never'] as const) {
    await expect(scene.make({ migrate }).open(context)).rejects.toThrow(
      `The database ${scene.file} was migrated by a newer release: "from the future" needs code that knows migration 2, and this knows 1. Upgrade @ebra/store-sqlite.`,
    )
  }
})

it('a newer schema that only adds something is no hindrance', async () => {
  await using scene = setup()
  await scene.make().migrate()
  applyFromTheFuture(scene.host, 1)
  const store = scene.make()
  await store.open(context)
  expect((await store.insertCalls({ calls: [aCall()] }))[0]?.kind).toBe('inserted')
})

it('a migration that fails leaves nothing behind', async () => {
  await using scene = setup()
  scene.host.exec('create table ebra_seen_events (stands text, in_the_way text)')
  await expect(scene.make().open(context)).rejects.toThrow('table ebra_seen_events already exists')
  expect(scene.host.prepare('select name from sqlite_master').pluck().all()).toEqual(['ebra_seen_events'])
})

it('the tables refuse a row that breaks an invariant', async () => {
  await using scene = setup()
  const store = scene.make()
  await store.open(context)
  const call = aCall()
  await store.insertCalls({ calls: [call] })
  const broken = [
    "status = 'DIALED'",
    "status = 'COMPLETED'",
    "status = 'IN_PROGRESS', next_attempt_at = null",
    'next_attempt_at = null',
    'ended_at = 1',
    'attempts = 1',
    'priority = 101',
    'exclusive = 2',
    "idempotency_key = 'k'",
  ]
  for (const change of broken) expect(() => scene.host.exec(`update ebra_calls set ${change}`), change).toThrow('CHECK constraint failed')
  expect(() =>
    scene.host.exec("update ebra_calls set waits_for = '+1', status = 'CANCELED', next_attempt_at = null, ended_at = 1"),
  ).toThrow()
})
