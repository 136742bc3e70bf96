import { describeStore } from '@ebra/testkit'
import { maxLive } from '@ebra/testkit/ledger'
import { createDatabase, type TestDatabase } from '@ebra/testkit/postgres'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../e2e/until.ts'
import { type Api, startApi } from './api.ts'
import { seed } from './chance.ts'
import { fleetOf } from './fleet.ts'
import { allCalls, allEnded, innocent, judge } from './judgement.ts'
import { type PgBouncer, sharedConnections, startPgBouncer } from './pgbouncer.ts'
import { createPooledStore } from './pooled-store.ts'
import { keepResult } from './results.ts'
import { createScene, type Scene } from './scene.ts'
import { patience } from './size.ts'
import type { WorkerSettings } from './worker-settings.ts'

describe('behind PgBouncer in transaction mode', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createDatabase()
  })
  afterAll(() => database.drop())

  describeStore({ name: 'PostgresStore', runner: { describe, it }, createStore: () => createPooledStore(database) })
})

const cap = 6
const burst = 500
const loneCalls = 20

describe(`three workers and an API behind PgBouncer (seed ${seed})`, () => {
  it('keep their promises while one is killed, and dial although no hint reaches them', { timeout: patience(180_000) }, async () => {
    await using database = await createDatabase()
    await using bouncer = await startPgBouncer(database.connectionString)
    await using scene = await createScene({
      database: { kind: 'Postgres', connectionString: bouncer.connectionString },
      conduct: { concurrency: cap },
      ledger: { webhooks: { twice: 0.2, early: 0.1 } },
    })
    await using api = await startApi(scene, 'Fastify')
    const start = (changes: Partial<WorkerSettings>) => scene.startWorker({ takesWebhooks: false, ...changes })
    await using fleet = fleetOf([start({ takesWebhooks: true }), start({})])
    await using victim = start({ trap: { point: 'request-sent', passes: 5, action: 'wait' } })
    await Promise.all([fleet.started, victim.said('started')])

    await api.client.enqueueMany(burst)
    await scene.enqueueUntil(victim.said('trapped'))
    expect(await victim.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
    await using successor = start({})
    await successor.said('started')
    await allEnded(scene)
    const waits = await waitsOfLoneCalls(scene, api)

    const report = await scene.ledger.report()
    expect(await judge(scene)).toEqual(innocent)
    expect(maxLive(report)).toBe(cap)
    expect(await channelsHeardOnSharedConnections(bouncer)).toEqual([])
    const calls = await allCalls(scene.office)
    expect((await scene.office.metrics()).store.calls.COMPLETED).toBe(calls.length)
    const slowest = Math.max(...waits)
    keepResult({
      row: 14,
      promise: 'Three workers and an API behind PgBouncer in transaction mode, one of them killed, hear no hint',
      n: calls.length,
      result: `0 double rings, 0 of ${calls.length} calls lost, 0 slots left; at most ${maxLive(report)} live of ${cap} allowed; a call alone rang within ${median(waits)} ms in the median of ${waits.length}, ${slowest} ms at the latest`,
    })
  })
})

/** How long calls took from their POST until the phone rang, in milliseconds, where each came when nothing else was to do. */
async function waitsOfLoneCalls({ ledger }: Scene, { client }: Api): Promise<readonly number[]> {
  const waits: number[] = []
  for (let index = 0; index < loneCalls; index++) {
    const begunAt = Date.now()
    const { id } = await client.enqueue({ to: `+1202555${9_000 + index}`, scriptId: 'welcome' })
    const [first] = await until(async () => {
      const { body } = await client.send('GET', `/calls/${id}`)
      return endedStatuses.includes(body.status) && (await ledger.report()).rings.filter(({ callId }) => callId === id)
    })
    if (first !== undefined) waits.push(first.at - begunAt)
  }
  return waits
}

const endedStatuses: readonly string[] = ['COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED']

/** Takes all of the connections that clients share, each within a transaction, and asks what they listen for. What one of them heard would be told to whoever happens to use it. */
async function channelsHeardOnSharedConnections({ connectionString }: PgBouncer): Promise<readonly string[]> {
  const clients = Array.from({ length: sharedConnections }, () => new Client({ connectionString }))
  await Promise.all(clients.map((client) => client.connect()))
  await Promise.all(clients.map((client) => client.query('begin')))
  const answers = await Promise.all(clients.map((client) => client.query<{ channel: string }>('select pg_listening_channels() as channel')))
  await Promise.all(clients.map((client) => client.end()))
  return answers.flatMap(({ rows }) => rows.map(({ channel }) => channel))
}

function median(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)]
}
