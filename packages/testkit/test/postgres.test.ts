import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { Client } from 'pg'
import { describe, expect, test, vi } from 'vitest'
import { createDatabase, startPostgres } from '../src/postgres/index.ts'

describe('the Postgres of a test run', () => {
  test('is version 18, in UTF-8, and flushes every commit', async () => {
    await using database = await createDatabase()

    const { rows } = await query(
      database.connectionString,
      "select current_setting('server_version_num')::int / 10000 as version, current_setting('server_encoding') as encoding, current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync",
    )

    expect(rows).toEqual([{ version: 18, encoding: 'UTF8', commit: 'on', fsync: 'on' }])
  })

  test('gives each test a database that no other test sees', async () => {
    await using first = await createDatabase()
    await using second = await createDatabase()
    await query(first.connectionString, 'create table t (id int)')

    const { rows } = await query(second.connectionString, "select to_regclass('t') as found")

    expect(rows).toEqual([{ found: null }])
  })

  test('copies a template', async () => {
    await using template = await createDatabase()
    await query(template.connectionString, 'create table t (id int)')
    await using copy = await createDatabase({ template: template.name })

    const { rows } = await query(copy.connectionString, "select to_regclass('t')::text as found")

    expect(rows).toEqual([{ found: 't' }])
  })

  test('drops a database that somebody is connected to', async () => {
    const database = await createDatabase()
    const client = new Client({ connectionString: database.connectionString })
    await client.connect()
    const broken = new Promise((resolve) => client.on('error', resolve))

    await database.drop()

    await broken
    await expect(query(database.connectionString, 'select 1')).rejects.toThrow('does not exist')
  })
})

describe('a Postgres of its own', () => {
  test('keeps what was committed through a crash', async () => {
    await using server = await startPostgres()
    await query(server.connectionString, 'create table t as select 7 as value')

    await server.restart('crash')

    expect((await query(server.connectionString, 'select value from t')).rows).toEqual([{ value: 7 }])
  })

  test('leaves neither a process nor its data behind when its owner is killed', async () => {
    const owner = spawn(process.execPath, [new URL('./postgres-owner.ts', import.meta.url).pathname], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(owner.stdout, 'data')) as [Buffer]
    const { connectionString, folder } = JSON.parse(line.toString()) as { connectionString: string; folder: string }
    await query(connectionString, 'select 1')

    owner.kill('SIGKILL')

    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 10_000 })
    await expect(query(connectionString, 'select 1')).rejects.toThrow('ECONNREFUSED')
  })
})

async function query(connectionString: string, text: string) {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return await client.query(text)
  } finally {
    await client.end()
  }
}
