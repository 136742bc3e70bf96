import { randomUUID } from 'node:crypto'
import type { Logger } from '@ebra/core'
import { Worker } from '@ebra/testkit'
import { onTestFinished } from 'vitest'
import { PostgresStore, type PostgresStoreOptions } from '../src/index.ts'
import type { Schemas } from './schemas.ts'

/** Options beside those that a scene gives itself. */
type SceneOptions = Pick<PostgresStoreOptions, 'migrate' | 'answerTimeoutMs' | 'maxConnections' | 'listenConnectionString'> & {
  readonly connectionString?: string
}

/** A store that a process opened, and a way to use it. */
export interface Process {
  readonly store: PostgresStore
  readonly worker: Worker
}

/** A fresh schema, and processes over it, which end after the test. */
export interface Scene {
  readonly connectionString: string
  readonly schema: string
  /** Opens a store as another process would. */
  process(options?: SceneOptions): Promise<Process>
}

/** Sets a scene for one test. Its schema is left to the database, which goes as a whole. */
export function setTheScene(schemas: Schemas): Scene {
  const { connectionString } = schemas
  const schema = schemas.next()
  return {
    connectionString,
    schema,
    async process(options = {}) {
      const store = await open(new PostgresStore({ connectionString, schema, ...options }))
      return { store, worker: new Worker(store, randomUUID()) }
    },
  }
}

/** Opens a store on the database's own time, and closes it after the test. */
export async function open(store: PostgresStore): Promise<PostgresStore> {
  onTestFinished(() => store.close())
  await store.open({ logger: silent, clock: null })
  return store
}

/** Asks again and again until it is so. Fails if it takes longer; defaults to ten seconds. */
export async function eventually(isSo: () => Promise<boolean> | boolean, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`It did not become so within ${withinMs} ms.`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function ignore(): void {}
