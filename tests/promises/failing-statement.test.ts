import { symlink } from 'node:fs/promises'
import { CallOrchestrator, HttpProvider, isEbraError, type Store } from '@ebra/core'
import { PostgresStore } from '@ebra/store-postgres'
import { SqliteStore } from '@ebra/store-sqlite'
import { describe, expect, it } from 'vitest'
import { until } from '../e2e/until.ts'
import { FaultyPool, postgresFaults } from './faulty-pool.ts'
import { layFault, type SqliteFault } from './faulty-sqlite.ts'
import { innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene, type Scene } from './scene.ts'
import { patience } from './size.ts'
import type { StatementFault } from './statement-fault.ts'
import { receiveWebhooks } from './webhook-server.ts'

/** A database of which one statement can be made to fail. */
interface FaultyDatabase {
  readonly openStore: () => Store
  readonly layFault: (nth: number) => StatementFault
}

describe('with SQLite', () => {
  it.concurrent('a statement that fails costs no call and rings no phone twice, whichever it is', { timeout: patience(120_000) }, () =>
    failOnSqlite('statement'),
  )

  it.concurrent(
    'a commit that held and is said to have failed costs no call and rings no phone twice, whichever it is',
    {
      timeout: patience(120_000),
    },
    () => failOnSqlite('commit'),
  )
})

describe('with Postgres, a statement', () => {
  it.concurrent.each(postgresFaults)(
    'that %s costs no call and rings no phone twice, whichever it is',
    { timeout: patience(120_000) },
    async (how) => {
      await using scene = await createQuickScene('Postgres')
      const { database } = scene.settings
      if (database.kind !== 'Postgres') throw new Error('not the database that was asked for')
      await using faulty = new FaultyPool({ connectionString: database.connectionString })
      const statements = await failEach(scene, {
        openStore: () => new PostgresStore({ pool: faulty }),
        layFault: (nth) => faulty.layFault(how, nth),
      })
      expect(statements).toBeGreaterThan(8)
      keepResult({ row: 10, promise: `With Postgres, statement n ${how}`, n: statements, result: guiltless })
    },
  )
})

async function failOnSqlite(how: SqliteFault): Promise<void> {
  await using scene = await createQuickScene('SQLite')
  const { database } = scene.settings
  if (database.kind !== 'SQLite') throw new Error('not the database that was asked for')
  // The same file by another name: what the scene itself reads is not to fail.
  const file = `${database.file}-too`
  await symlink(database.file, file)
  const statements = await failEach(scene, { openStore: () => new SqliteStore({ file }), layFault: (nth) => layFault(file, how, nth) })
  expect(statements).toBeGreaterThan(8)
  keepResult({ row: 10, promise: `With SQLite, ${how} n of a lifecycle fails`, n: statements, result: guiltless })
}

const guiltless = '0 calls lost, 0 double rings, 0 slots left, 0 unhandled rejections'

function createQuickScene(database: 'SQLite' | 'Postgres'): Promise<Scene> {
  return createScene({ database, ledger: { ringMs: 1, durationMs: 5, webhooks: { retryDelayMs: 20, tries: 10 } } })
}

/** Lets statement 1, 2, 3 … of a whole lifecycle fail, until one lifecycle passes untouched; answers which. */
async function failEach(scene: Scene, database: FaultyDatabase): Promise<number> {
  for (let nth = 1; ; nth++) {
    using fault = database.layFault(nth)
    await liveOnce(scene, database.openStore(), `call-${nth}`)
    if (fault.hasStruck()) continue
    expect(await judge(scene)).toEqual(innocent)
    const { calls } = (await scene.office.metrics()).store
    expect(calls).toMatchObject({ COMPLETED: nth })
    return nth
  }
}

/** Open, start, enqueue, claim, place, webhook, settle, stop: as a host does it that tries again what failed for the database's sake. */
async function liveOnce({ settings, office }: Scene, store: Store, idempotencyKey: string): Promise<void> {
  const { platform, conduct } = settings
  const { maxAttempts: _, ...options } = conduct
  const orchestrator = new CallOrchestrator({
    ...options,
    store,
    provider: new HttpProvider({ ...platform, webhookSecrets: false }),
    retry: { baseDelayMs: 0, maxAttempts: 30 },
  })
  orchestrator.on('error', () => undefined)
  await using _server = await receiveWebhooks(orchestrator, conduct.publicUrl ?? '')
  try {
    await untilItWorks(() => orchestrator.start())
    const { call } = await untilItWorks(() => orchestrator.enqueue({ to: '+493012345678', scriptId: 'welcome', idempotencyKey }))
    await until(async () => (await office.get(call.id))?.endedAt)
  } finally {
    await orchestrator.stop()
  }
}

async function untilItWorks<TAnswer>(work: () => Promise<TAnswer>): Promise<TAnswer> {
  try {
    return await work()
  } catch (error) {
    if (!isEbraError(error, 'STORE_UNAVAILABLE')) throw error
    return untilItWorks(work)
  }
}
