import { setTimeout as pause } from 'node:timers/promises'
import { type PostgresServer, startPostgres } from '@ebra/testkit/postgres'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { chanceOf, seed } from './chance.ts'
import { allCalls, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene } from './scene.ts'
import { patience, sized } from './size.ts'
import type { DatabaseSettings } from './worker-settings.ts'

const restarts = sized(4, 40)
const terminations = sized(15, 500)

describe(`workers under load whose Postgres goes away (seed ${seed})`, () => {
  it('and comes back, by crash or in good order, live on: every ring has its intent on the disk, no call is lost', {
    timeout: patience(120_000),
  }, async () => {
    const chance = chanceOf('restarts')
    await using postgres = await startPostgres()
    await using scene = await createSceneOn(postgres)
    await using first = scene.startWorker()
    await using second = scene.startWorker({ takesWebhooks: false })
    await Promise.all([first.said('started'), second.said('started')])
    for (let restart = 0; restart < restarts; restart++) {
      await scene.enqueue(30)
      await pause(chance.between(20, 300))
      await postgres.restart(restart % 2 === 0 ? 'crash' : 'orderly')
    }
    await allEnded(scene)

    expect(await judge(scene)).toEqual(innocent)
    expect((await scene.office.metrics()).store.calls.COMPLETED).toBe(restarts * 30)
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null })
    keepResult({
      row: 10,
      promise: 'Postgres is restarted under load',
      n: restarts,
      result: `0 rings without a committed intent, 0 double rings, 0 of ${restarts * 30} calls lost, 0 workers ended`,
    })
  })

  it('by having its connections terminated live on, and no call is lost', { timeout: patience(120_000) }, async () => {
    const chance = chanceOf('terminations')
    await using postgres = await startPostgres()
    await using scene = await createSceneOn(postgres)
    const database = named(scene.settings.database, 'worker')
    await using first = scene.startWorker({ database })
    await using second = scene.startWorker({ database, takesWebhooks: false })
    await Promise.all([first.said('started'), second.said('started')])
    await using operator = await operatorOf(postgres)
    for (let termination = 0; termination < terminations; termination++) {
      await scene.enqueue(5)
      await pause(chance.between(0, 80))
      await operator.terminateWorkers()
    }
    await allEnded(scene)

    expect(await judge(scene)).toEqual(innocent)
    expect(await allCalls(scene.office)).toHaveLength(terminations * 5)
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null })
    keepResult({
      row: 10,
      promise: 'Every connection of the workers is terminated under load',
      n: terminations,
      result: `0 rings without a committed intent, 0 double rings, 0 of ${terminations * 5} calls lost, 0 workers ended`,
    })
  })
})

async function createSceneOn(postgres: PostgresServer) {
  const { connectionString } = await postgres.createDatabase()
  return createScene({ database: { kind: 'Postgres', connectionString } })
}

/** The way to a database under a name by which its connections are known there. */
function named(database: DatabaseSettings, name: string): DatabaseSettings {
  if (database.kind !== 'Postgres') throw new Error('Only Postgres has connections with names.')
  return { ...database, connectionString: `${database.connectionString}?application_name=${name}` }
}

/** Somebody with the rights of an operator, on a connection of his own. */
async function operatorOf({ connectionString }: PostgresServer) {
  const client = new Client({ connectionString })
  await client.connect()
  return {
    terminateWorkers: () => client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'worker'"),
    [Symbol.asyncDispose]: () => client.end(),
  }
}
