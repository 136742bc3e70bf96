import { type CallEvent, CallOrchestrator, type JsonObject, type OrchestratorOptions, type Provider, type Store } from '@ebra/core'
import { ManualClock } from '@ebra/core/testing'
import { createDatabase } from '@ebra/testkit/postgres'
import { type DatabaseKind, type DatabaseSettings, storeOf } from './worker-settings.ts'

/** An empty database, which SQLite keeps in memory. */
export interface EmptyDatabase extends AsyncDisposable {
  readonly settings: DatabaseSettings
}

/** Makes a database, and drops it when it is disposed. */
export async function createEmptyDatabase(kind: DatabaseKind): Promise<EmptyDatabase> {
  if (kind === 'SQLite') return { settings: { kind, file: ':memory:' }, [Symbol.asyncDispose]: async () => undefined }
  const { connectionString, drop } = await createDatabase()
  return { settings: { kind, connectionString }, [Symbol.asyncDispose]: drop }
}

/** An orchestrator in this process, by a clock that stands still, and everything that it said. */
export interface PlayedScene<TProvider extends Provider> extends AsyncDisposable {
  readonly orchestrator: CallOrchestrator
  readonly platform: TProvider
  readonly clock: ManualClock
  readonly events: readonly CallEvent[]
  /** Can be read until the scene is disposed, also after the orchestrator has stopped: then all that it was told is written. */
  readonly store: Store
}

/** Sets a scene around a platform. */
export function createPlayedScene<TProvider extends Provider>(
  { settings }: EmptyDatabase,
  platform: TProvider,
  options: Partial<OrchestratorOptions<JsonObject>> = {},
): PlayedScene<TProvider> {
  const store = storeOf(settings)
  const close = store.close.bind(store)
  store.close = async () => undefined
  const clock = new ManualClock()
  const orchestrator = new CallOrchestrator({ concurrency: 1_000, ...options, store, provider: platform, clock })
  const events: CallEvent[] = []
  orchestrator.on('*', (event) => void events.push(event))
  const dispose = async () => {
    await orchestrator.stop({ graceMs: 0 })
    await close()
  }
  return { orchestrator, platform, clock, events, store, [Symbol.asyncDispose]: dispose }
}
