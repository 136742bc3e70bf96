import { PostgresStore } from '@ebra/store-postgres'
import { SqliteStore } from '@ebra/store-sqlite'
import { createDatabase } from '@ebra/testkit/postgres'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { scratchFolder } from '../e2e/scratch-folder.ts'
import { namesIn, readPage, tableUnder } from './pages.ts'

const page = readPage('docs/performance/indexes.md')

test('the page of indexes has each of those on Postgres once, with what it serves', async () => {
  await using database = await createDatabase()
  await new PostgresStore({ connectionString: database.connectionString }).migrate()
  const client = new Client({ connectionString: database.connectionString })
  await client.connect()
  const { rows } = await client.query<{ indexname: string }>("select indexname from pg_indexes where schemaname = 'ebra'")
  await client.end()

  expect(described('Postgres')).toEqual(rows.map(({ indexname }) => indexname).toSorted())
})

test('the page of indexes has each of those on SQLite once, with what it serves', async () => {
  await using folder = await scratchFolder()
  const file = `${folder.path}/indexes.db`
  await new SqliteStore({ file }).migrate()
  const database = new Database(file)
  const indexes = database.prepare<[], string>("select name from sqlite_schema where type = 'index'").pluck().all()
  database.close()

  expect(described('SQLite')).toEqual(indexes.toSorted())
})

function described(heading: string): readonly string[] {
  const rows = tableUnder(page, heading).filter(([, serves = '']) => serves !== '')
  return rows.flatMap(([name]) => namesIn(name)).toSorted()
}
