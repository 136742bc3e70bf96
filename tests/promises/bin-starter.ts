import { once } from 'node:events'
import { CallOrchestrator, type Logger } from '@ebra/core'
import { migrations as postgresMigrations } from '../../packages/store-postgres/src/migrations/index.ts'
import { migrations as sqliteMigrations } from '../../packages/store-sqlite/src/migrations/index.ts'
import { mute } from './answers.ts'
import { additions, type StarterMessage, type StarterSettings } from './release-settings.ts'
import { type DatabaseKind, storeOf } from './worker-settings.ts'

// Opens stores when its parent says so, all at once, and enqueues one call with each. Its one argument is its settings as JSON.
const { database, release, stores } = JSON.parse(process.argv[2] ?? '') as StarterSettings

/** This process is of a later release: it knows one migration more. */
if (release !== 'this') {
  const known: Record<DatabaseKind, readonly object[]> = { Postgres: postgresMigrations, SQLite: sqliteMigrations }
  const number = known[database.kind].length + 1
  const migration = { number, name: 'campaigns', minCode: release === 'breaking' ? number : 1, sql: additions[database.kind] }
  Reflect.apply(Array.prototype.push, known[database.kind], [migration])
}
say({ kind: 'ready' })
await once(process, 'message')
const migrated: (readonly string[])[] = []
const refusals: string[] = []
/** A store says in the log what it has applied. */
const logger: Logger = {
  debug: () => undefined,
  info: (facts) => {
    const { migrations } = facts as { readonly migrations?: readonly string[] }
    if (migrations !== undefined) migrated.push(migrations)
  },
  warn: () => undefined,
  error: () => undefined,
}

await Promise.all(Array.from({ length: stores }, (_, index) => open(index)))
say({ kind: 'done', migrated, refusals })
process.disconnect()

async function open(index: number): Promise<void> {
  const orchestrator = new CallOrchestrator({ store: storeOf(database), provider: mute, concurrency: 1, logger })
  try {
    await orchestrator.enqueue({ to: `+4931${process.pid}${String(index).padStart(3, '0')}`, scriptId: 'welcome' })
  } catch (error) {
    refusals.push(error instanceof Error ? error.message : String(error))
  }
  await orchestrator.stop()
}

function say(message: StarterMessage): void {
  process.send?.(message)
}
