import { aCall, someCalls } from '@ebra/testkit'
import { withClient } from '@ebra/testkit/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ObservedStore, observedStore } from './observed-store.ts'
import { Schemas } from './schemas.ts'
import { putBack } from './writes.ts'

const schemas = new Schemas()
beforeAll(() => schemas.openAlone())
afterAll(() => schemas.close())

/** A claim looks at a thousand at most: whatever goes wrong behind more shows behind these. */
const many = process.env['EBRA_SOAK'] === '1' ? 100_000 : 20_000

test('a lifecycle whose plans were made over empty tables reads no more rows when there are thousands', async () => {
  const observed = await observedStore(schemas)
  const { pool, schema, store, lifecycle, costOf } = observed
  await pool.query(`vacuum analyze ${schema}.calls, ${schema}.attempts, ${schema}.provider_ids, ${schema}.seen_events`)
  await store.insertCalls({ calls: someCalls(19) })
  for (let round = 0; round < 8; round += 1) await withChecks(observed, 1)
  const few = await costOf(() => withChecks(observed, 10))
  await store.insertCalls({ calls: someCalls(6_013) })
  for (let round = 0; round < 20; round += 1) await lifecycle(100)
  await pool.query(`vacuum ${schema}.calls, ${schema}.attempts`)
  for (let round = 0; round < 3; round += 1) await withChecks(observed, 1)
  const many = await costOf(() => withChecks(observed, 10))
  expect(many.rowsRead).toBeLessThan(few.rowsRead + 100)
})

test(`a lifecycle reads no more rows where ${many} calls wait for one busy number, and as many are not due yet`, async () => {
  const { pool, schema, store, worker, lifecycle, costOf } = await observedStore(schemas)
  await store.insertCalls({ calls: someCalls(20) })
  await lifecycle(10)
  const alone = await costOf(() => lifecycle(10))
  const busy = aCall()
  const later = new Date(Date.now() + 3_600_000)
  await store.insertCalls({ calls: [busy] })
  expect(await worker.claim()).toHaveLength(1)
  await store.insertCalls({ calls: Array.from({ length: many }, () => aCall({ to: busy.to })) })
  await store.insertCalls({ calls: Array.from({ length: many }, () => aCall({ scheduledAt: later })) })
  await store.insertCalls({ calls: someCalls(41) })
  await pool.query(`analyze ${schema}.calls`)
  // The calls behind the busy number step aside as claims meet them, a thousand at a time.
  while ((await worker.claim({ limit: 1 })).length === 0);
  await pool.query(`vacuum ${schema}.calls`)
  await lifecycle(30)
  const crowded = await costOf(() => lifecycle(10))
  expect(crowded.rowsRead).toBeLessThan(alone.rowsRead + 100)
})

test(`a lifecycle reads no more rows where ${many} events of strangers are parked`, async () => {
  const { pool, schema, store, lifecycle, costOf } = await observedStore(schemas)
  await store.insertCalls({ calls: someCalls(50) })
  await lifecycle(10)
  const alone = await costOf(() => lifecycle(10))
  await pool.query(
    `insert into ${schema}.parked_events (key, provider, event, keys, parked_at, position)
    select gen_random_uuid(), 'sim', '{}', array[gen_random_uuid()], now() - interval '1 hour', n from generate_series(1, ${many}) n`,
  )
  await lifecycle(10)
  const crowded = await costOf(() => lifecycle(10))
  expect(crowded.rowsRead).toBeLessThan(alone.rowsRead + 100)
})

test('a lifecycle reads few more rows while a transaction of somebody else is held open', async () => {
  const { store, lifecycle, costOf } = await observedStore(schemas)
  await store.insertCalls({ calls: someCalls(2_020) })
  await lifecycle(10)
  const alone = await costOf(() => lifecycle(10))
  await withClient(schemas.connectionString, async (client) => {
    await client.query('begin isolation level repeatable read')
    await client.query('select txid_current()')
    for (let round = 0; round < 19; round += 1) await lifecycle(100)
    const held = await costOf(() => lifecycle(10))
    expect(held.rowsRead).toBeLessThan(alone.rowsRead + 10 * 1_900)
  })
})

test('a lifecycle costs few transactions and little log', async () => {
  const { store, lifecycle, costOf } = await observedStore(schemas)
  const rounds = 20
  await store.insertCalls({ calls: someCalls(15 * (2 * rounds + 3)) })
  for (let round = 0; round < 3; round += 1) await lifecycle(15)
  const lifecycles = async () => {
    for (let round = 0; round < rounds; round += 1) await lifecycle(15)
  }
  const costs = [await costOf(lifecycles), await costOf(lifecycles)]
  // A claim, two turns of writes, the look-up between them, and hints at most every few milliseconds.
  expect(Math.min(...costs.map(({ transactions }) => transactions)) / rounds).toBeLessThan(6)
  // A checkpoint adds an image of each page that is written after it: at most one of the two meets one.
  expect(Math.min(...costs.map(({ walBytes }) => walBytes)) / (15 * rounds)).toBeLessThan(1_950)
})

test('a batch of pruning reads its own calls, whatever was pruned before it, and whatever has taken their room since', async () => {
  const { pool, schema, store, lifecycle, costOf } = await observedStore(schemas)
  const [days, calls, limit] = [86_400_000, 3_000, 100]
  const prune = () => store.prune({ olderThanMs: 30 * days, limit })
  expect(await prune()).toBe(0)
  await store.insertCalls({ calls: someCalls(calls) })
  for (let done = 0; done < calls; done += 1_000) await lifecycle(1_000)
  await pool.query(`update ${schema}.calls set created_at = created_at - interval '60 days', ended_at = ended_at - interval '60 days'`)
  await pool.query(`vacuum ${schema}.calls`)
  const first = await costOf(prune)
  expect(first.rowsRead).toBeLessThan(20 * limit)
  for (let pruned = limit; pruned < calls - limit; pruned += limit) await prune()
  const last = await costOf(prune)
  // Entries of the last few batches may not be known to be dead yet; those of all before would be 27 times the limit.
  expect(last.rowsRead).toBeLessThan(first.rowsRead + 10 * limit)
  await pool.query(`vacuum ${schema}.calls`)
  await store.insertCalls({ calls: Array.from({ length: calls }, (_, index) => aCall({ id: idOfNow(index) })) })
  for (let done = 0; done < calls; done += 1_000) await lifecycle(1_000)
  const inVain = await costOf(prune)
  expect(inVain.rowsRead).toBeLessThan(limit)
})

test('a sweep reads none of the events that were seen within a week, but for once an hour', async () => {
  const { pool, schema, store, costOf } = await observedStore(schemas)
  const sweep = () => store.sweep({ parkedForMs: 86_400_000 })
  await sweep()
  await pool.query(
    `insert into ${schema}.seen_events
    select gen_random_uuid(), now() - interval '1 day' * case when n % 100 = 0 then 8 else 1 end from generate_series(1, 5000) n`,
  )
  expect((await costOf(sweep)).rowsRead).toBeLessThan(100)
  await pool.query(`update ${schema}.installation set forgot_seen_at = now() - interval '61 minutes'`)
  await sweep()
  const { rows } = await pool.query(`select count(*)::integer as left_over from ${schema}.seen_events`)
  expect(rows).toEqual([{ left_over: 4_950 }])
})

/** What a pump does, beside which dials are put back, attempts are looked after, and events are parked and joined. */
async function withChecks({ store, worker, lifecycle }: ObservedStore, count: number): Promise<void> {
  await lifecycle(count)
  const claimed = await worker.claim({ limit: 1 })
  expect(claimed).toHaveLength(1)
  await worker.turn({ writes: claimed.map(putBack) })
  const state = { kind: 'live', phase: 'ringing' } as const
  await worker.turn({ parked: [{ provider: 'sim', event: { eventId: 'early', at: null, providerCallIds: ['nobody knows'], state } }] })
  await store.claimChecks({ limit: 20, leaseMs: 1_000, providers: ['sim'], staleAfterMs: 60_000 })
  await store.findJoinable({ limit: 100 })
}

/** An id such as core makes now. */
function idOfNow(index: number): string {
  const date = Date.now().toString(16).padStart(12, '0')
  return `${date.slice(0, 8)}-${date.slice(8)}-7000-8000-${index.toString(16).padStart(12, '0')}`
}
