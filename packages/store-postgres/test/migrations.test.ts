import { randomBytes } from 'node:crypto'
import { aCall } from '@ebra/testkit'
import { withClient } from '@ebra/testkit/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PostgresStore } from '../src/index.ts'
import { migrations } from '../src/migrations/index.ts'
import { open, setTheScene } from './scene.ts'
import { Schemas } from './schemas.ts'

const schemas = new Schemas()
const role = `ebra_${randomBytes(8).toString('hex')}`

beforeAll(async () => {
  await schemas.open()
  await withClient(schemas.connectionString, (client) => client.query(`create role ${role} login password '${role}'`))
})

afterAll(async () => {
  const server = new URL(schemas.connectionString)
  server.pathname = '/postgres'
  await schemas.close()
  await withClient(server.href, (client) => client.query(`drop role ${role}`))
})

test('migrations are numbered from one, without gaps', () => {
  expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1))
})

test('twenty processes that start at once migrate once', async () => {
  const scene = setTheScene(schemas)
  const processes = await Promise.all(Array.from({ length: 20 }, () => scene.process({ maxConnections: 1 })))
  await Promise.all(processes.map(({ worker }) => worker.enqueue()))
  expect((await processes[0]?.store.listCalls({}))?.total).toBe(20)
  expect(await applied(scene)).toEqual(migrations.map(({ number }) => number))
})

test('a store that may not migrate refuses a schema that is missing, and takes one that store.migrate() made', async () => {
  const { connectionString, schema, process } = setTheScene(schemas)
  const store = new PostgresStore({ connectionString, schema, migrate: 'never' })
  await expect(open(store)).rejects.toMatchObject({
    code: 'SCHEMA_INCOMPATIBLE',
    message: expect.stringMatching(
      new RegExp(
        `^The schema "${schema}" lacks migration 1 "tables", .*\\. Run store\\.migrate\\(\\), apply store\\.migrationSql\\(\\), or open the store with migrate: 'auto'\\.$`,
      ),
    ),
  })
  await store.migrate()
  await store.migrate()
  const { worker } = await process({ migrate: 'never' })
  await worker.enqueue()
})

test('the script that a store gives makes the schema, and the rest of it where a part is there', async () => {
  const scene = setTheScene(schemas)
  const store = new PostgresStore({ connectionString: scene.connectionString, schema: scene.schema, migrate: 'never' })
  await withClient(scene.connectionString, (client) => client.query(store.migrationSql()))
  const { worker } = await scene.process({ migrate: 'never' })
  await worker.enqueue()
  expect(await applied(scene)).toEqual(migrations.map(({ number }) => number))
  expect(store.migrationSql({ after: migrations.length })).not.toContain('create function')
  expect(store.migrationSql({ after: 11 })).toContain('-- Migration 12: checks and control')
})

test('a newer schema that this code cannot work with is refused, one that it can is not', async () => {
  const scene = setTheScene(schemas)
  await (await scene.process()).store.close()
  const next = migrations.length + 1
  const record = (minCode: number) =>
    withClient(scene.connectionString, (client) =>
      client.query(
        `insert into ${scene.schema}.migrations (number, name, min_code) values ($1, 'from the future', $2)
        on conflict (number) do update set min_code = excluded.min_code`,
        [next, minCode],
      ),
    )
  await record(1)
  await (await scene.process()).worker.enqueue()
  await record(next)
  for (const migrate of ['auto', 'never'] as const) {
    await expect(scene.process({ migrate })).rejects.toMatchObject({
      code: 'SCHEMA_INCOMPATIBLE',
      message: `The schema "${scene.schema}" was migrated by a newer release: "from the future" needs code that knows migration ${next}, and this knows ${migrations.length}. Upgrade @ebra/store-postgres.`,
    })
  }
})

test('a role that may not create schemas works in one that was made for it, and is told how else', async () => {
  const { schema, process } = setTheScene(schemas)
  const url = new URL(schemas.connectionString)
  url.username = role
  url.password = role
  const options = { connectionString: url.href }
  await expect(process(options)).rejects.toMatchObject({
    code: 'CONFIGURATION_INVALID',
    message: `This role may not create what Ebra needs in the schema "${schema}". Let a role that may run: create schema if not exists "${schema}" authorization <this role>;`,
  })
  await withClient(schemas.connectionString, (client) => client.query(`create schema ${schema} authorization ${role}`))
  const { worker } = await process(options)
  await worker.enqueue()
})

test('two schemas in one database are two fleets', async () => {
  const [one, other] = [await setTheScene(schemas).process(), await setTheScene(schemas).process()]
  const call = aCall({ idempotency: { key: 'k', fingerprint: 'f' } })
  for (const { store } of [one, other]) expect((await store.insertCalls({ calls: [call] }))[0]?.kind).toBe('inserted')
  await one.store.writeControl({ configured: 5 })
  expect(await one.worker.claimIds()).toEqual([call.id])
  expect(await other.worker.claimIds()).toEqual([])
  expect(Buffer.from(await one.store.installationKey()).equals(await other.store.installationKey())).toBe(false)
})

async function applied({
  connectionString,
  schema,
}: {
  readonly connectionString: string
  readonly schema: string
}): Promise<readonly number[]> {
  return withClient(connectionString, async (client) => {
    const { rows } = await client.query<{ number: number }>(`select number from ${schema}.migrations order by number`)
    return rows.map(({ number }) => number)
  })
}
