import { isEbraError, StoreUnavailableError } from '@ebra/core'
import { aCall, someCalls } from '@ebra/testkit'
import { startPostgres, withClient } from '@ebra/testkit/postgres'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { PostgresStore } from '../src/index.ts'
import { openCutProxy } from './cut-proxy.ts'
import { eventually, open, setTheScene } from './scene.ts'
import { Schemas } from './schemas.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

test('whatever is under way when connections are killed succeeds or is unavailable, and the store goes on', async () => {
  const scene = setTheScene(schemas)
  const { store, worker } = await scene.process({ connectionString: `${scene.connectionString}?application_name=killed` })
  await store.writeControl({ configured: 1_000 })
  let enqueued = 0
  let isOver = false
  const enqueueing = Array.from({ length: 4 }, async () => {
    while (!isOver) if (await succeeds(store.insertCalls({ calls: [aCall()] }))) enqueued += 1
  })
  const turning = (async () => {
    while (!isOver) await succeeds(worker.claim({ limit: 5 }))
  })()
  await withClient(scene.connectionString, async (client) => {
    for (let kill = 0; kill < 40; kill += 1) {
      const before = enqueued
      await client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'killed'")
      await eventually(() => enqueued > before)
    }
  })
  isOver = true
  await Promise.all([...enqueueing, turning])
  const { total } = await store.listCalls({})
  expect(total).toBeGreaterThanOrEqual(enqueued)
  const { calls, live } = await store.readMetrics()
  expect(calls.PENDING + calls.IN_PROGRESS).toBe(total)
  expect(live).toBe(calls.IN_PROGRESS)
})

test("an idle connection that is killed harms nobody, neither in the store's own pool nor in a host's", async () => {
  const pool = new Pool({ connectionString: `${schemas.connectionString}?application_name=idle`, max: 1 })
  onTestFinished(() => pool.end())
  const schema = schemas.next()
  const own = await open(new PostgresStore({ connectionString: `${schemas.connectionString}?application_name=idle`, schema }))
  const hosted = await open(new PostgresStore({ pool, schema }))
  await Promise.all([own.ping(), hosted.ping()])
  await withClient(schemas.connectionString, async (client) => {
    const kill = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'idle'"
    await eventually(async () => (await client.query(kill)).rowCount === 0)
  })
  await eventually(async () => (await succeeds(own.ping())) && (await succeeds(hosted.ping())))
})

test('a database that restarts, in order or by a crash, is found again by the same store', async () => {
  await using server = await startPostgres()
  const store = await open(new PostgresStore({ connectionString: server.connectionString }))
  for (const how of ['orderly', 'crash'] as const) {
    await store.insertCalls({ calls: [aCall()] })
    await server.restart(how)
    await eventually(() => succeeds(store.ping()))
  }
  await store.insertCalls({ calls: [aCall()] })
  expect((await store.listCalls({})).total).toBe(3)
  await store.close()
}, 60_000)

test('a commit whose answer was cut off is unknown, and may have been made', async () => {
  const { store, worker, proxy, direct } = await behindAProxy()
  await direct.writeControl({ configured: 10 })
  const call = aCall()
  const operations = [() => store.insertCalls({ calls: [call] }), () => worker.claim()]
  for (const operation of operations) {
    proxy.flow = 'through'
    await eventually(() => succeeds(store.ping()))
    proxy.flow = 'cut-answers'
    await expect(operation()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', isCommitUnknown: true })
  }
  expect(await direct.findCall({ callId: call.id })).toMatchObject({ status: 'IN_PROGRESS' })
  proxy.flow = 'through'
  await worker.turn({ abandoned: [worker.lastTurn] })
  expect(await direct.findCall({ callId: call.id })).toMatchObject({ status: 'PENDING', attempts: 0 })
})

test('a read that was cut off, and a connection that never was, leave no commit in doubt', async () => {
  const { store, proxy } = await behindAProxy()
  proxy.flow = 'cut-answers'
  await expect(store.readMetrics()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', isCommitUnknown: false })
  await proxy.close()
  await expect(store.insertCalls({ calls: [aCall()] })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', isCommitUnknown: false })
})

test('a database that stands still is given up after the time that was set', async () => {
  const { store, proxy } = await behindAProxy()
  proxy.flow = 'standing-still'
  await expect(store.insertCalls({ calls: [aCall()] })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: 'The connection to Postgres failed: no answer within 1000 ms.',
    isCommitUnknown: true,
  })
  proxy.flow = 'through'
  await store.ping()
})

test("a host's pool that has no connection left is unavailable, and loses none to the wait", async () => {
  const pool = new Pool({ connectionString: schemas.connectionString, max: 1 })
  onTestFinished(() => pool.end())
  const store = await open(new PostgresStore({ pool, schema: schemas.next(), answerTimeoutMs: 1_000 }))
  const client = await pool.connect()
  await expect(store.ping()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', isCommitUnknown: false })
  client.release()
  await store.ping()
})

test('a row that an operator holds locked keeps no other from being claimed', async () => {
  const scene = setTheScene(schemas)
  const { store, worker } = await scene.process()
  await store.writeControl({ configured: 10 })
  const [locked, ...others] = someCalls(3)
  await store.insertCalls({ calls: [locked ?? expect.fail(), ...others] })
  await withClient(scene.connectionString, async (client) => {
    await client.query('begin')
    await client.query(`select from ${scene.schema}.calls where id = $1 for update`, [locked?.id])
    expect(await worker.claimIds({ limit: 1 })).toEqual([others[0]?.id])
    expect(await worker.claimIds()).toEqual([others[1]?.id])
    await client.query('rollback')
  })
  expect(await worker.claimIds()).toEqual([locked?.id])
})

/** False where the store was unavailable; any other failure is one of the test's. */
async function succeeds(operation: Promise<unknown>): Promise<boolean> {
  try {
    await operation
    return true
  } catch (error) {
    if (isEbraError(error) && error instanceof StoreUnavailableError) return false
    throw error
  }
}

/** A process whose way to the database can be cut, and a store that goes around. */
async function behindAProxy() {
  const scene = setTheScene(schemas)
  const proxy = await openCutProxy(scene.connectionString)
  onTestFinished(() => proxy.close().catch(() => undefined))
  const { store, worker } = await scene.process({ connectionString: proxy.connectionString, answerTimeoutMs: 1_000 })
  const { store: direct } = await scene.process()
  return { store, worker, proxy, direct }
}
