import type { LocatedAttempt } from '@ebra/core'
import { someCalls, Worker } from '@ebra/testkit'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { setTheScene } from './scene.ts'
import { Schemas } from './schemas.ts'
import { settled } from './writes.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

const cap = 3
const racers = 8
const rounds = 200

test('eight processes that race for three slots never have more than three live calls, nor one call twice', async () => {
  const { workers } = await setup()
  const dialed: string[] = []
  let live: readonly LocatedAttempt[] = []
  for (let round = 0; round < rounds; round += 1) {
    const ended = live
    const turns = workers.map((worker, index) =>
      worker.claimingTurn({ limit: 2 }, { writes: ended.filter((_, at) => at % racers === index).map(settled) }),
    )
    live = (await Promise.all(turns)).flatMap(({ claimed }) => claimed)
    expect(live.length).toBeLessThanOrEqual(cap)
    dialed.push(...live.map(({ attempt }) => attempt.attemptId))
  }
  expect(new Set(dialed).size).toBe(dialed.length)
  expect(dialed.length).toBeGreaterThan(rounds)
}, 120_000)

test('this race would show it: a claim that counts in the statement that claims has more than three live', async () => {
  const { schema, connectionString } = await setup()
  const clients = await Promise.all(
    Array.from({ length: racers }, async () => {
      const client = new Client({ connectionString })
      await client.connect()
      onTestFinished(() => client.end())
      return client
    }),
  )
  let most = 0
  for (let round = 0; round < rounds && most <= cap; round += 1) {
    const claims = clients.map((client) => client.query(naiveClaim(schema)))
    const claimed = (await Promise.all(claims)).flatMap(({ rows }) => rows)
    most = Math.max(most, claimed.length)
    await clients[0]?.query(
      `update ${schema}.calls set status = 'COMPLETED', live_number = null, ended_at = now() where live_number is not null`,
    )
  }
  expect(most).toBeGreaterThan(cap)
}, 120_000)

/** Takes up to two calls into what it believes to be free slots. */
function naiveClaim(schema: string): string {
  return `
    update ${schema}.calls
    set status = 'IN_PROGRESS', live_number = to_number, next_attempt_at = null, last_number = 1, started_at = now()
    where id in (
      select id from ${schema}.calls
      where status = 'PENDING'
      order by next_attempt_at, id
      limit least(2, greatest(0, ${cap} - (select count(*) from ${schema}.calls where live_number is not null)))
      for update skip locked
    )
    returning id`
}

async function setup() {
  const scene = setTheScene(schemas)
  const processes = await Promise.all(Array.from({ length: racers }, () => scene.process({ maxConnections: 1 })))
  const [first] = processes
  await first?.store.writeControl({ configured: cap })
  await first?.store.insertCalls({ calls: someCalls(cap * rounds) })
  return { ...scene, workers: processes.map(({ store }, index) => new Worker(store, `process-${index}`)) }
}
