import { writeFileSync } from 'node:fs'
import BetterSqlite3 from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { SqliteStore } from '../src/index.ts'
import { openConnection } from '../src/open-connection.ts'
import { silent } from './open-store.ts'
import { TemporaryFile } from './temporary-file.ts'

it('a commit is on the disk when it returns', async () => {
  using home = new TemporaryFile()
  const connection = await openConnection({ file: home.path, clock: null, busyTimeoutMs: 5 })
  const setting = (name: string) =>
    connection.read((transaction) => Object.values(transaction.query(sql<object>`pragma ${sql.raw(name)}`)[0] ?? {})[0])
  expect(setting('journal_mode')).toBe('wal')
  expect(setting('synchronous')).toBe(2)
  expect(setting('foreign_keys')).toBe(1)
  connection.close()
})

it("a host's database becomes one with a write-ahead log, and keeps the host's tables", async () => {
  using home = new TemporaryFile()
  const host = new BetterSqlite3(home.path)
  host.exec('create table orders (id integer primary key)')
  const store = new SqliteStore({ file: home.path })
  await store.open({ logger: silent, clock: null })
  const tables = host.prepare("select name from sqlite_master where type = 'table' and name not like 'ebra\\_%' escape '\\'").pluck().all()
  expect(tables).toEqual(['orders'])
  expect(host.pragma('journal_mode', { simple: true })).toBe('wal')
  await store.close()
  host.close()
})

it('a folder that does not exist is a wrong configuration', async () => {
  const store = new SqliteStore({ file: '/no/such/folder/ebra.db' })
  await expect(store.open({ logger: silent, clock: null })).rejects.toThrow(
    'new SqliteStore: the folder of /no/such/folder/ebra.db does not exist. Make it, or name another file.',
  )
})

it('a file that is no database is a wrong configuration', async () => {
  using home = new TemporaryFile()
  writeFileSync(home.path, 'This is a letter to my aunt.'.repeat(100))
  const store = new SqliteStore({ file: home.path })
  await expect(store.open({ logger: silent, clock: null })).rejects.toThrow(
    `new SqliteStore: ${home.path} is no SQLite database. Name another file.`,
  )
})

it('a store that is not open says so', async () => {
  using home = new TemporaryFile()
  const store = new SqliteStore({ file: home.path })
  const message = 'This SqliteStore is not open: it was closed, or open() was never called.'
  await expect(store.ping()).rejects.toThrow(message)
  await store.open({ logger: silent, clock: null })
  await store.close()
  await store.close()
  await expect(store.ping()).rejects.toThrow(message)
})
