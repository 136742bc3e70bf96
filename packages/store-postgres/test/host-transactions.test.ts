import { aCall, someCalls } from '@ebra/testkit'
import { withClient } from '@ebra/testkit/postgres'
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { Client, Pool, types } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { setTheScene } from './scene.ts'
import { Schemas } from './schemas.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

test('a call exists if, and only if, the rows of a host on Kysely do', async () => {
  const { store, worker, host } = await setup()
  const [kept, dropped] = [aCall(), aCall()]
  await host.transaction().execute(async (transaction) => {
    await transaction.insertInto('hostOrders').values({ orderNote: 'kept' }).execute()
    await store.insertCalls({ calls: [kept] }, transaction)
  })
  const failing = host.transaction().execute(async (transaction) => {
    await transaction.insertInto('hostOrders').values({ orderNote: 'dropped' }).execute()
    await store.insertCalls({ calls: [dropped] }, transaction)
    throw new Error('The host thought better of it.')
  })
  await expect(failing).rejects.toThrow('The host thought better of it.')
  expect((await host.selectFrom('hostOrders').selectAll().execute()).map(({ orderNote }) => orderNote)).toEqual(['kept'])
  expect(await worker.claimIds()).toEqual([kept.id])
  expect(await store.findCall({ callId: dropped.id })).toBeNull()
})

test("a host's way of reading JSON, numbers and instants does not reach its enqueued calls", async () => {
  const { store, worker, connectionString } = await setup()
  const call = aCall({ metadata: { customerId: 7 }, idempotency: { key: 'k', fingerprint: 'f' } })
  const peculiar = new Client({ connectionString, types: { getTypeParser: peculiarParser } })
  await peculiar.connect()
  onTestFinished(() => peculiar.end())
  await peculiar.query('begin')
  const [inserted] = await store.insertCalls({ calls: [call] }, peculiar)
  const [replayed] = await store.insertCalls({ calls: [{ ...call, id: aCall().id }] }, peculiar)
  await peculiar.query('commit')
  const stored = await worker.call(call.id)
  expect([inserted, replayed]).toEqual([
    { kind: 'inserted', call: stored },
    { kind: 'replayed', call: stored },
  ])
})

test('a key that is reused leaves what the host has done as it is, however many calls came with it', async () => {
  const { store, worker, connectionString } = await setup()
  const idempotency = { key: 'k', fingerprint: 'one' }
  const bearer = await worker.enqueue({ idempotency })
  const calls = [...someCalls(4_100), aCall({ idempotency: { ...idempotency, fingerprint: 'another' } })]
  await withClient(connectionString, async (client) => {
    await client.query('begin')
    await client.query("insert into host_orders (order_note) values ('kept')")
    const [kept] = await store.insertCalls({ calls: [aCall()] }, client)
    expect(await store.insertCalls({ calls }, client)).toEqual([{ kind: 'key-reused', callId: bearer.id }])
    await client.query('commit')
    expect(kept?.kind).toBe('inserted')
    expect((await client.query('select order_note from host_orders')).rows).toEqual([{ order_note: 'kept' }])
  })
  expect((await store.listCalls({})).total).toBe(2)
  expect((await store.readMetrics()).calls.PENDING).toBe(2)
})

test('several thousand calls commit with their host', async () => {
  const { store, connectionString } = await setup()
  await withClient(connectionString, async (client) => {
    await client.query('begin')
    const results = await store.insertCalls({ calls: someCalls(4_100) }, client)
    expect(results.every(({ kind }) => kind === 'inserted')).toBe(true)
    expect((await store.listCalls({})).total).toBe(0)
    await client.query('commit')
  })
  expect((await store.listCalls({})).total).toBe(4_100)
})

test("an open transaction of a host's holds up no claim and no other enqueue", async () => {
  const { store, worker, connectionString } = await setup()
  await withClient(connectionString, async (client) => {
    await client.query('begin')
    await store.insertCalls({ calls: [aCall()] }, client)
    const { id } = await worker.enqueue()
    expect(await worker.claimIds()).toEqual([id])
    await store.sweep({ parkedForMs: 86_400_000 })
    expect((await store.readMetrics()).calls).toMatchObject({ PENDING: 0, IN_PROGRESS: 1 })
    await client.query('commit')
  })
  expect((await store.readMetrics()).calls).toMatchObject({ PENDING: 1, IN_PROGRESS: 1 })
})

test('a client on which nothing was begun is refused, whatever is wrapped around it, and so is a pool', async () => {
  const { store, pool, connectionString } = await setup()
  const nothingBegun = {
    code: 'CONFIGURATION_INVALID',
    message:
      'The transaction that was given to enqueue is none: nothing was begun on this client, so nothing could be rolled back. Begin one on it, wait for that, and pass it then.',
  }
  await withClient(connectionString, async (client) => {
    const wrapped = { query: (text: string, values: unknown[]) => client.query(text, values) }
    for (const transaction of [client, wrapped, pool]) {
      await expect(store.insertCalls({ calls: [aCall()] }, transaction)).rejects.toMatchObject(nothingBegun)
    }
    await client.query('begin')
    for (const transaction of [client, wrapped]) await store.insertCalls({ calls: [aCall()] }, transaction)
    await client.query('commit')
  })
  expect((await store.listCalls({})).total).toBe(2)
})

test('a Kysely that is no transaction is refused', async () => {
  const { store, host } = await setup()
  // @ts-expect-error The types refuse it, too.
  await expect(store.insertCalls({ calls: [aCall()] }, host)).rejects.toMatchObject({
    code: 'CONFIGURATION_INVALID',
    message:
      'The Kysely that was given to enqueue is no transaction. Pass the one that `db.transaction().execute(…)` hands to its callback.',
  })
  expect((await store.listCalls({})).total).toBe(0)
})

test('a transaction of another database is refused', async () => {
  const { store } = await setup()
  const elsewhere = new Schemas()
  await elsewhere.open()
  onTestFinished(() => elsewhere.close())
  await withClient(elsewhere.connectionString, async (client) => {
    await client.query('begin')
    await expect(store.insertCalls({ calls: [aCall()] }, client)).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: 'The transaction that was given to enqueue is of a database that does not hold the schema of this store.',
    })
  })
})

interface HostTables {
  readonly hostOrders: { readonly orderNote: string }
}

async function setup() {
  const scene = setTheScene(schemas)
  const { store, worker } = await scene.process()
  await store.writeControl({ configured: 10 })
  const { connectionString } = scene
  await withClient(connectionString, (client) =>
    client.query('drop table if exists host_orders; create table host_orders (order_note text)'),
  )
  const pool = new Pool({ connectionString, max: 2 })
  const host = new Kysely<HostTables>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] })
  onTestFinished(() => host.destroy())
  return { store, worker, host, pool, connectionString }
}

/** Leaves text alone, and nothing else. */
function peculiarParser(oid: number) {
  return (value: string) => (oid === types.builtins.TEXT ? value : `peculiar ${value}`)
}
