import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ObservedStore, observedStore } from './observed-store.ts'
import { aCall, someCalls } from './scene.ts'
import { Schemas, withClient } from './schemas.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

/** A claim looks at a thousand at most: whatever goes wrong behind more shows behind these. */
const many = process.env['EBRA_SOAK'] === '1' ? 100_000 : 20_000

test('a lifecycle whose plans were made over empty tables reads no more rows when there are thousands', async () => {
  const observed = await observedStore(schemas)
  const { pool, schema, store, lifecycle, costOf } = observed
  await pool.query(`vacuum analyze ${schema}.calls, ${schema}.attempts, ${schema}.provider_ids, ${schema}.seen_events`)
  await store.insertCalls({ calls: someCalls(18) })
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
  await lifecycle(30)
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
  await store.insertCalls({ calls: someCalls(15 * (rounds + 3)) })
  for (let round = 0; round < 3; round += 1) await lifecycle(15)
  const { transactions, walBytes } = await costOf(async () => {
    for (let round = 0; round < rounds; round += 1) await lifecycle(15)
  })
  // Claim, two look-ups, two turns of writes, and hints at most every few milliseconds.
  expect(transactions / rounds).toBeLessThan(9)
  expect(walBytes / (15 * rounds)).toBeLessThan(1_950)
})

/** What a pump does, beside which attempts are looked after and parked events joined. */
async function withChecks({ store, lifecycle }: ObservedStore, count: number): Promise<void> {
  await lifecycle(count)
  await store.claimChecks({ limit: 20, leaseMs: 1_000, providers: ['sim'], staleAfterMs: 60_000 })
  await store.findJoinable({ limit: 100 })
}
