import type { LocatedAttempt } from '@ebra/core'
import { Worker } from '@ebra/testkit'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { PostgresStore } from '../src/index.ts'
import { open, someCalls } from './scene.ts'
import { Schemas } from './schemas.ts'
import { accepted, settled } from './writes.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

test('turns whose plans were made over empty tables read no more rows when there are thousands', async () => {
  const { pool, schema, store, lifecycle } = await setup()
  await pool.query(`analyze ${schema}.calls, ${schema}.attempts, ${schema}.provider_ids, ${schema}.seen_events`)
  for (let round = 0; round < 8; round += 1) await lifecycle(1)
  const few = await rowsRead(pool, schema, () => lifecycle(10))
  await store.insertCalls({ calls: someCalls(4_000) })
  for (let round = 0; round < 20; round += 1) await lifecycle(100)
  await pool.query(`vacuum ${schema}.calls, ${schema}.attempts`)
  for (let round = 0; round < 3; round += 1) await lifecycle(1)
  const many = await rowsRead(pool, schema, () => lifecycle(10))
  expect(many).toBeLessThan(few + 100)
})

/** A store on one single connection, whose plans are kept, and a way to take calls from their claim to their end. */
async function setup() {
  const pool = new Pool({ connectionString: schemas.connectionString, max: 1 })
  onTestFinished(() => pool.end())
  const schema = schemas.next()
  const store = await open(new PostgresStore({ pool, schema }))
  const worker = new Worker(store, 'p')
  await store.writeControl({ configured: 1_000 })

  async function lifecycle(count: number): Promise<void> {
    await store.insertCalls({ calls: someCalls(count) })
    let located: readonly LocatedAttempt[] = await worker.claim({ limit: count })
    expect(located.length).toBe(count)
    for (const write of [accepted, settled]) located = (await worker.turn({ writes: located.map(write) })).applied
  }

  return { pool, schema, store, lifecycle }
}

/** How many rows and index entries were read while `work` ran. */
async function rowsRead(pool: Pool, schema: string, work: () => Promise<void>): Promise<number> {
  const before = await count()
  await work()
  return (await count()) - before

  async function count(): Promise<number> {
    await pool.query('select pg_stat_force_next_flush()')
    const { rows } = await pool.query<{ count: number }>(
      `select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::float8 as count from pg_stat_user_tables where schemaname = $1`,
      [schema],
    )
    return rows[0]?.count ?? 0
  }
}
