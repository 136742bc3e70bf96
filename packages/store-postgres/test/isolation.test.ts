import { randomBytes } from 'node:crypto'
import { withClient } from '@ebra/testkit/postgres'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { PostgresStore } from '../src/index.ts'
import { open } from './scene.ts'
import { Schemas } from './schemas.ts'

const schemas = new Schemas()
const role = `ebra_${randomBytes(8).toString('hex')}`

beforeAll(async () => {
  await schemas.open()
  await withClient(schemas.connectionString, (client) => client.query(`create role ${role} login superuser password '${role}'`))
})

afterAll(async () => {
  const server = new URL(schemas.connectionString)
  server.pathname = '/postgres'
  await schemas.close()
  await withClient(server.href, (client) => client.query(`drop role ${role}`))
})

const trouble = 'The connections of this pool begin transactions in REPEATABLE READ, where the cap cannot be kept exactly.'

test('a pool whose own options ask for another isolation is refused, and told which', async () => {
  const store = await storeOver(withOptions('-c default_transaction_isolation=repeatable\\ read'))
  await expect(store.verifyClaims()).rejects.toMatchObject({
    code: 'CONFIGURATION_INVALID',
    message: `${trouble} Take "-c default_transaction_isolation=repeatable read" out of the pool's options (or of PGOPTIONS), or give the store a pool of its own.`,
  })
})

test('a role or a database that asks for another isolation is refused, with the line that takes it back', async () => {
  const { pathname } = new URL(schemas.connectionString)
  const database = pathname.slice(1)
  for (const [owner, statement] of [
    ['role', `alter role ${role} set default_transaction_isolation = 'repeatable read'`],
    ['database', `alter database ${database} set default_transaction_isolation = 'repeatable read'`],
  ] as const) {
    await withClient(schemas.connectionString, (client) => client.query(statement))
    const store = await storeOver({ connectionString: asRole() })
    const name = owner === 'role' ? role : database
    const line = `alter ${owner} "${name}" reset default_transaction_isolation;`
    await expect(store.verifyClaims()).rejects.toMatchObject({ message: `${trouble} Run: ${line}` })
    await withClient(schemas.connectionString, (client) => client.query(line))
    await expect((await storeOver({ connectionString: asRole() })).verifyClaims()).resolves.toBeUndefined()
  }
})

test('what a host sets on each new connection is found, too', async () => {
  const pool = aPool({ connectionString: schemas.connectionString })
  pool.on('connect', (client) => client.query("set default_transaction_isolation = 'serializable'"))
  const store = await open(new PostgresStore({ pool, schema: schemas.next() }))
  await expect(store.verifyClaims()).rejects.toThrow(
    'The connections of this pool begin transactions in SERIALIZABLE, where the cap cannot be kept exactly. Take "set default_transaction_isolation"',
  )
})

test('a turn refuses to count under another isolation, and everything else works', async () => {
  const store = await storeOver(withOptions('-c default_transaction_isolation=repeatable\\ read'))
  await store.writeControl({ configured: 3 })
  const claim = {
    limit: 1,
    providers: [{ name: 'sim', placeTimeoutMs: 1_000, maxConcurrent: null }],
    sendWindowMs: 1_000,
    beyondShare: true,
  }
  const turn = {
    by: { processId: 'p', number: 1 },
    writes: [],
    abandoned: [],
    seen: [],
    parked: [],
    unparked: [],
    gates: [],
    expireDue: false,
    claim,
  }
  await expect(store.commitTurn(turn)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
  expect((await store.readControl()).configured).toBe(3)
})

function asRole(): string {
  const url = new URL(schemas.connectionString)
  url.username = role
  url.password = role
  return url.href
}

function withOptions(options: string) {
  return { connectionString: schemas.connectionString, options }
}

async function storeOver(config: { readonly connectionString: string; readonly options?: string }): Promise<PostgresStore> {
  return open(new PostgresStore({ pool: aPool(config), schema: schemas.next() }))
}

function aPool(config: { readonly connectionString: string; readonly options?: string }): Pool {
  const pool = new Pool({ ...config, max: 2 })
  onTestFinished(() => pool.end())
  return pool
}
