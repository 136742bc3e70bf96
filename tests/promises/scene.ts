import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { CallOrchestrator } from '@ebra/core'
import { type LedgerOptions, type SpawnedLedger, spawnLedger } from '@ebra/testkit/ledger'
import { createDatabase } from '@ebra/testkit/postgres'
import { canary } from '../../scripts/check/leaks.ts'
import { freePort } from '../e2e/free-port.ts'
import { scratchFolder } from '../e2e/scratch-folder.ts'
import { seed } from './chance.ts'
import { startWorker, type Worker } from './worker.ts'
import {
  type ConductSettings,
  type DatabaseKind,
  type DatabaseSettings,
  orchestratorOf,
  type PlatformSettings,
  type WorkerSettings,
} from './worker-settings.ts'

/** What a scene is made of. */
export interface SceneOptions {
  readonly database: DatabaseKind | DatabaseSettings
  readonly platform?: Omit<PlatformSettings, 'baseUrl'>
  readonly conduct?: Partial<ConductSettings>
  readonly ledger?: LedgerOptions
}

/** A database and a platform of their own, and everything to work with them. */
export interface Scene extends AsyncDisposable {
  readonly ledger: SpawnedLedger
  /** In this process; it enqueues and reads, and never dials. */
  readonly office: CallOrchestrator
  readonly settings: Pick<WorkerSettings, 'database' | 'platform' | 'conduct'>
  /** Takes the place of the worker before it: webhooks come to whichever runs. */
  startWorker(changes?: Partial<WorkerSettings>): Worker
  /** Enqueues so many calls, each to a number of its own, and answers their ids. */
  enqueue(count: number): Promise<readonly string[]>
  /** Enqueues two calls at a time, again and again, until something has happened for which a worker needs calls. */
  enqueueUntil(happened: Promise<unknown>): Promise<void>
}

/** Sets a scene. Calls last 20 to 150 ms, are taken for silent after three seconds, and are dialed again and again until one is over. */
export async function createScene({ database, platform = {}, conduct = {}, ledger: options = {} }: SceneOptions): Promise<Scene> {
  const folder = await scratchFolder()
  const home = typeof database === 'string' ? await databaseOf(database, folder.path) : { settings: database, drop: async () => undefined }
  const ledger = await spawnLedger({
    file: join(folder.path, 'ledger.jsonl'),
    seed: String(seed),
    ringMs: [2, 20],
    durationMs: [20, 130],
    ...options,
  })
  const settings = {
    database: home.settings,
    platform: { baseUrl: ledger.url, ...platform },
    conduct: {
      concurrency: 50,
      staleAfterMs: 3_000,
      reconcile: { afterMs: 300, everyMs: 200 },
      onLost: { unconfirmed: 'retry', silent: 'retry' },
      publicUrl: `http://127.0.0.1:${await freePort()}`,
      ...conduct,
    },
  } as const satisfies Pick<WorkerSettings, 'database' | 'platform' | 'conduct'>
  const office = orchestratorOf(settings)
  let enqueued = 0
  const enqueue = async (count: number) => {
    const inputs = Array.from({ length: count }, () => ({ to: numberOf(++enqueued), scriptId: 'welcome', ...canaries }))
    const results = await office.enqueueMany(inputs)
    return results.map(({ call }) => call.id)
  }
  return {
    ledger,
    office,
    settings,
    startWorker: (changes) => startWorker({ ...settings, trap: null, takesWebhooks: true, ...changes }),
    enqueue,
    enqueueUntil: (happened) => repeatUntil(happened, () => enqueue(2)),
    [Symbol.asyncDispose]: async () => {
      await office.stop()
      await ledger.close()
      await home.drop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function repeatUntil(happened: Promise<unknown>, work: () => Promise<unknown>): Promise<void> {
  let hasHappened = false
  const noticed = happened.then(() => {
    hasHappened = true
  })
  while (!hasHappened) {
    await work()
    await Promise.race([noticed, pause(90)])
  }
}

async function databaseOf(kind: DatabaseKind, folder: string): Promise<{ readonly settings: DatabaseSettings; drop(): Promise<void> }> {
  if (kind === 'SQLite') return { settings: { kind, file: join(folder, 'ebra.db') }, drop: async () => undefined }
  const { connectionString, drop } = await createDatabase()
  return { settings: { kind, connectionString }, drop }
}

/** What no worker may log. */
const canaries = { metadata: { customer: `${canary}-metadata` }, variables: { name: `${canary}-variable` } }

/** No two are the same, so that no call waits for another to its number. */
function numberOf(index: number): string {
  return `+4930${String(index).padStart(8, '0')}`
}
