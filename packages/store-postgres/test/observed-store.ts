import { written } from '@ebra/core'
import { Worker } from '@ebra/testkit'
import { Pool } from 'pg'
import { expect, onTestFinished } from 'vitest'
import { PostgresStore } from '../src/index.ts'
import { open } from './scene.ts'
import type { Schemas } from './schemas.ts'
import { accepted, settled } from './writes.ts'

/** A store on one single connection, so that its plans are kept, and what it costs can be counted. */
export interface ObservedStore {
  readonly pool: Pool
  readonly schema: string
  readonly store: PostgresStore
  readonly worker: Worker
  /** Takes so many due calls from their claim to their end, as a pump does: two turns beside the claim, and the look-ups of a webhook each. */
  lifecycle(count: number): Promise<void>
  /** What the database did while `work` ran. */
  costOf(work: () => Promise<unknown>): Promise<Cost>
}

/** What a database did. */
interface Cost {
  /** Rows and index entries that were read. */
  readonly rowsRead: number
  /** Each is one statement, and one round trip. */
  readonly transactions: number
  readonly walBytes: number
}

/** Opens one over a schema of its own, with a cap of a thousand. */
export async function observedStore(schemas: Schemas): Promise<ObservedStore> {
  const pool = new Pool({ connectionString: schemas.connectionString, max: 1 })
  onTestFinished(() => pool.end())
  const schema = schemas.next()
  const store = await open(new PostgresStore({ pool, schema }))
  const worker = new Worker(store, 'p')
  await store.writeControl({ configured: 1_000 })
  // What is read depends on what was vacuumed and analyzed: that is for the test to say.
  for (const table of ['calls', 'attempts', 'provider_ids', 'seen_events', 'moves', 'parked_events'])
    await pool.query(`alter table ${schema}.${table} set (autovacuum_enabled = off)`)
  return {
    pool,
    schema,
    store,
    worker,
    lifecycle: (count) => lifecycle(worker, count),
    async costOf(work) {
      const before = await readCounters(pool, schema)
      await work()
      const after = await readCounters(pool, schema)
      return {
        rowsRead: after.rowsRead - before.rowsRead,
        transactions: after.transactions - before.transactions - transactionsOfReading,
        walBytes: after.walBytes - before.walBytes,
      }
    },
  }
}

async function lifecycle(worker: Worker, count: number): Promise<void> {
  const { store } = worker
  const claimed = await worker.claim({ limit: count })
  expect(claimed.length).toBe(count)
  const { now } = await worker.commit({ writes: claimed.map(accepted) })
  const live = claimed.map((located) => written(located, accepted(located), now))
  const events = live.map(({ attempt }) => ({ provider: 'sim', eventId: `end of ${attempt.attemptId}` }))
  const providerCallIds = live.map(({ attempt }) => ({ provider: 'sim', id: attempt.providerCallId ?? '' }))
  const { found, seen } = await store.lookUp({ providerCallIds, events })
  expect(found.length).toBe(count)
  expect(seen).toEqual([])
  expect((await worker.commit({ writes: found.map(settled) })).missed).toEqual([])
}

/** Each reading flushes, and then reads. */
const transactionsOfReading = 2

async function readCounters(pool: Pool, schema: string): Promise<Cost> {
  await pool.query('select pg_stat_force_next_flush()')
  const { rows } = await pool.query<Cost>(
    `select
      (
        select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) + (select sum(idx_tup_read) from pg_stat_user_indexes where schemaname = $1)
        from pg_stat_user_tables where schemaname = $1
      )::float8 as "rowsRead",
      (select xact_commit::float8 from pg_stat_database where datname = current_database()) as transactions,
      (select wal_bytes::float8 from pg_stat_get_backend_wal(pg_backend_pid())) as "walBytes"`,
    [schema],
  )
  return rows[0] ?? { rowsRead: 0, transactions: 0, walBytes: 0 }
}
