import type { Logger, Store } from '@ebra/core'
import { ManualClock } from '@ebra/core/testing'
import type { CreateStore, StoreUnderTest } from './store-under-test.ts'
import { Worker } from './worker.ts'

/** What a case starts from. */
export interface Given {
  /** Whose time the store writes: the clock of the scene, or the database's own. Defaults to the clock. */
  readonly time?: 'manual' | 'database'
  /** The cap that the process which started last configured; null: none ever started. Defaults to 100. */
  readonly configured?: number | null
}

/** An open store over an empty database, and one process that uses it. */
export interface Scene {
  readonly store: Store
  readonly worker: Worker
  /** Moves the store's time, unless that is the database's. */
  readonly clock: ManualClock
  /** The store as its author made it. */
  readonly underTest: StoreUnderTest
  /** Opens a second store over the same database, as another process would. */
  anotherWorker(): Promise<Worker>
  /** Closes the stores and removes the database before the case is over: for cases that need many. */
  end(): Promise<void>
}

/** Makes the {@link Scene} of a case. */
export type Setup = (given?: Given) => Promise<Scene>

/** Runs `body` with a {@link Setup}, then closes every store that it opened and removes their databases, whatever became of it. */
export async function withSetup(createStore: CreateStore, body: (setup: Setup) => Promise<void>): Promise<void> {
  const endings: Ending[] = []
  try {
    await body((given) => setTheScene(createStore, given ?? {}, endings))
  } finally {
    await endAll(endings)
  }
}

type Ending = () => Promise<void>

async function setTheScene(createStore: CreateStore, given: Given, caseEndings: Ending[]): Promise<Scene> {
  const underTest = await createStore()
  const endings: Ending[] = [() => underTest.cleanup()]
  const end = () => endAll(endings)
  caseEndings.push(end)
  const clock = new ManualClock()
  let workers = 0

  async function workerOver(store: Store): Promise<Worker> {
    endings.push(() => store.close())
    await store.open({ logger: silent, clock: given.time === 'database' ? null : clock })
    workers += 1
    return new Worker(store, `process-${workers}`)
  }

  const { store } = underTest
  const worker = await workerOver(store)
  const configured = given.configured === undefined ? 100 : given.configured
  if (configured !== null) await store.writeControl({ configured })
  return { store, worker, clock, underTest, anotherWorker: () => workerOver(anotherStore(underTest)), end }
}

async function endAll(endings: Ending[]): Promise<void> {
  const last = endings.pop()
  if (last === undefined) return
  try {
    await last()
  } finally {
    await endAll(endings)
  }
}

function anotherStore(underTest: StoreUnderTest): Store {
  if (underTest.anotherProcess === undefined) throw new Error("This store has no other processes: name 'other-processes' in `lacks`.")
  return underTest.anotherProcess()
}

const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function ignore(): void {}
