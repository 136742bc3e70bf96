import { aCall, Worker } from '@ebra/testkit'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { PostgresStore } from '../src/index.ts'
import { open } from './scene.ts'
import { Schemas } from './schemas.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

test('what the store has answered is on the disk, although the pool turns synchronous_commit off', async () => {
  const { pool, store, worker } = await setup()
  const waiting = await worker.enqueue()
  const operations: Readonly<Record<string, () => Promise<unknown>>> = {
    enqueue: () => worker.enqueue(),
    'enqueue of thousands': () => store.insertCalls({ calls: Array.from({ length: 4_100 }, () => aCall()) }),
    update: () => store.updateCallIfPending({ callId: waiting.id, changes: { metadata: { customerId: 7 } } }),
    claim: () => worker.claim({ limit: 3 }),
    'cancel of a live call': () => store.cancelCall({ callId: waiting.id }),
    'cancel of a waiting call': async () => store.cancelCall({ callId: (await worker.enqueue()).id }),
    'cancel of many': () => store.cancelPending({ filter: {}, limit: 10 }),
    control: () => store.writeControl({ override: 7 }),
  }
  for (const [name, operation] of Object.entries(operations)) {
    const before = await walEnd(pool)
    await operation()
    expect(await isFlushedBeyond(pool, before), name).toBe(true)
  }
})

test('the same is true within a transaction of a host that wants no durability', async () => {
  const { pool, store } = await setup()
  const client = await pool.connect()
  onTestFinished(() => client.release())
  const before = await walEnd(pool)
  await client.query('begin')
  await store.insertCalls({ calls: [aCall()] }, client)
  await client.query('commit')
  expect(await isFlushedBeyond(pool, before)).toBe(true)
})

test('this test would notice: a commit of the host itself returns before it is flushed', async () => {
  const { pool } = await setup()
  await pool.query('create table if not exists host_rows (number integer)')
  let unflushed = 0
  for (let commit = 0; commit < 20; commit += 1) {
    const before = await walEnd(pool)
    await pool.query('insert into host_rows values (1)')
    if (!(await isFlushedBeyond(pool, before))) unflushed += 1
  }
  expect(unflushed).toBeGreaterThan(0)
})

async function setup() {
  const pool = new Pool({ connectionString: schemas.connectionString, options: '-c synchronous_commit=off', max: 3 })
  onTestFinished(() => pool.end())
  const store = await open(new PostgresStore({ pool, schema: schemas.next() }))
  await store.writeControl({ configured: 10 })
  return { pool, store, worker: new Worker(store, 'p') }
}

/** Where the next record of the log would go. */
async function walEnd(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn')
  return rows[0]?.lsn ?? ''
}

async function isFlushedBeyond(pool: Pool, lsn: string): Promise<boolean> {
  const { rows } = await pool.query<{ flushed: boolean }>('select pg_current_wal_flush_lsn() > $1::pg_lsn as flushed', [lsn])
  return rows[0]?.flushed ?? false
}
