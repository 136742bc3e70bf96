import { aCall, someCalls } from '@ebra/testkit'
import { withClient } from '@ebra/testkit/postgres'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Connection } from '../src/connection.ts'
import { PostgresStore } from '../src/index.ts'
import { WakeSender } from '../src/wake-sender.ts'
import { throughPooler } from './pooler.ts'
import { eventually, open, type Process, type Scene, setTheScene } from './scene.ts'
import { Schemas } from './schemas.ts'
import { settled } from './writes.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

test('a thousand enqueues are a handful of hints', async () => {
  const { store, hints } = await setup()
  await Promise.all(someCalls(1_000).map((call) => store.insertCalls({ calls: [call] })))
  await eventually(() => hints.count > 0)
  expect(hints.count).toBeLessThan(500)
})

test("a process does not hear its own hints, but a host's commit wakes every process", async () => {
  const { scene, store, hints } = await setup()
  const own = await listening(scene, { store })
  await store.insertCalls({ calls: [aCall()] })
  await eventually(() => hints.count > 0)
  expect(own.count).toBe(0)
  await withClient(scene.connectionString, async (client) => {
    await client.query('begin')
    await store.insertCalls({ calls: [aCall()] }, client)
    hints.count = 0
    await client.query('commit')
  })
  await eventually(() => own.count > 0 && hints.count > 0)
})

test('a turn that claimed into the slots that it freed leaves the others asleep', async () => {
  const { store, worker, hints } = await setup()
  await store.writeControl({ configured: 1 })
  await store.insertCalls({ calls: someCalls(3) })
  const claimed = await worker.claim()
  await eventually(() => hints.count > 0)
  hints.count = 0
  await worker.claimingTurn({}, { writes: claimed.map(settled) })
  await store.cancelPending({ filter: {}, limit: 1 })
  await eventually(() => hints.count > 0)
  expect(hints.count).toBe(1)
})

test('a listener whose connection was broken hears again, and is told that it may have missed something', async () => {
  const { scene, store, hints } = await setup()
  await withClient(scene.connectionString, (client) =>
    client.query("select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()"),
  )
  await eventually(() => hints.count > 0)
  hints.count = 0
  await store.insertCalls({ calls: [aCall()] })
  await eventually(() => hints.count > 0)
})

test('two fleets in one database do not wake each other', async () => {
  const { hints } = await setup()
  const other = await setup()
  await other.store.insertCalls({ calls: [aCall()] })
  await eventually(() => other.hints.count > 0)
  expect(hints.count).toBe(0)
})

test('a store that is closed leaves no connection behind', async () => {
  const scene = setTheScene(schemas)
  const store = await open(
    new PostgresStore({ connectionString: `${scene.connectionString}?application_name=closing`, schema: scene.schema }),
  )
  store.onWake(() => undefined)
  await store.insertCalls({ calls: [aCall()] })
  await eventually(async () => (await connectionsNamed(scene, 'closing')) >= 2)
  await store.close()
  await eventually(async () => (await connectionsNamed(scene, 'closing')) === 0)
})

test('behind a pooler a store listens to nothing, and says what would change that', async () => {
  const scene = setTheScene(schemas)
  const connectionString = `${await throughPooler(scene.connectionString)}?application_name=pooled`
  const said: string[] = []
  const ignore = () => undefined
  const store = new PostgresStore({ connectionString, schema: scene.schema })
  onTestFinished(() => store.close())
  await store.open({ logger: { debug: ignore, info: (_, message) => said.push(message), warn: ignore, error: ignore }, clock: null })
  const connections = await connectionsNamed(scene, 'pooled')
  store.onWake(() => undefined)
  await eventually(() => said.length > 1)
  expect(said).toEqual([
    'The database was migrated.',
    'The way to Postgres leads through a pooler: the work of other processes is polled for each second. Set listenConnectionString to hear of it at once.',
  ])
  await eventually(async () => (await connectionsNamed(scene, 'pooled')) === connections)
  expect(await listenersOf(scene)).toBe(0)
})

test('a store behind a pooler hears on the way that it is given past it', async () => {
  const scene = setTheScene(schemas)
  const { store } = await scene.process()
  const pooled = { connectionString: await throughPooler(scene.connectionString), listenConnectionString: scene.connectionString }
  const hints = await listening(scene, await scene.process(pooled))
  await store.insertCalls({ calls: [aCall()] })
  await eventually(() => hints.count > 0)
})

/** A store that acts, and another process that listens. */
async function setup() {
  const scene = setTheScene(schemas)
  const actor = await scene.process()
  const hints = await listening(scene, await scene.process())
  return { scene, ...actor, hints }
}

/** Counts the hints that a process hears, from now on. */
async function listening(scene: Scene, { store }: Pick<Process, 'store'>): Promise<{ count: number }> {
  const hints = { count: 0 }
  const before = await listenersOf(scene)
  store.onWake(() => {
    hints.count += 1
  })
  await eventually(async () => (await listenersOf(scene)) > before && hints.count > 0)
  hints.count = 0
  return hints
}

async function listenersOf({ connectionString, schema }: Scene): Promise<number> {
  return withClient(connectionString, async (client) => {
    const { rowCount } = await client.query(`select from pg_stat_activity where query = 'listen "ebra wake ${schema}"'`)
    return rowCount ?? 0
  })
}

async function connectionsNamed({ connectionString }: Scene, name: string): Promise<number> {
  return withClient(connectionString, async (client) => {
    const { rowCount } = await client.query('select from pg_stat_activity where application_name = $1', [name])
    return rowCount ?? 0
  })
}

test('one commit at a time carries a hint, and the next hint rests until it is done', async () => {
  const sent: string[] = []
  const connection = { read: async () => void sent.push('hint') } as unknown as Connection
  const sender = new WakeSender(connection, 'channel', 'self')
  expect([sender.mayGoAlong(), sender.mayGoAlong()]).toEqual([true, false])
  sender.hint()
  expect(sent).toEqual([])
  sender.wentAlong()
  expect(sender.mayGoAlong()).toBe(false)
  await expect.poll(() => sent).toEqual(['hint'])
  await sender.close()
})
