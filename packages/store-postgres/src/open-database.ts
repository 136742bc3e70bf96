import { randomUUID } from 'node:crypto'
import type { StoreContext } from '@ebra/core'
import { Connection } from './connection.ts'
import { PostgresContext } from './context.ts'
import { migrate, verifySchema } from './migrate.ts'
import type { ResolvedOptions } from './options.ts'
import { WakeListener } from './wake-listener.ts'
import { WakeSender } from './wake-sender.ts'

/** A database in use. */
export interface OpenDatabase {
  readonly context: PostgresContext
  readonly listener: WakeListener
  close(): Promise<void>
}

/** Connects and migrates, or verifies the schema. */
export async function openDatabase(options: ResolvedOptions, { clock, logger }: StoreContext): Promise<OpenDatabase> {
  const { schema } = options
  const connection = new Connection(options)
  try {
    const applied = await bringUpToDate(connection, options)
    if (applied.length > 0) logger.info({ schema, migrations: applied }, 'The database was migrated.')
  } catch (error) {
    await connection.close()
    throw error
  }
  const channel = `ebra wake ${schema}`
  const self = randomUUID()
  const wake = new WakeSender(connection, channel, self)
  const listener = new WakeListener({ ...listenerRoute(connection, options), channel, self, logger })
  return {
    context: new PostgresContext({ connection, schema, clock, wake, channel }),
    listener,
    async close() {
      await listener.close()
      await wake.close()
      await connection.close()
    },
  }
}

/** Migrates a database that is not open. */
export async function migrateDatabase(options: ResolvedOptions): Promise<void> {
  const connection = new Connection(options)
  try {
    await migrate(connection, options.schema)
  } finally {
    await connection.close()
  }
}

async function bringUpToDate(connection: Connection, { schema, migrate: when }: ResolvedOptions): Promise<readonly string[]> {
  if (when === 'auto') return migrate(connection, schema)
  await verifySchema(connection, schema)
  return []
}

function listenerRoute({ pool }: Connection, { listenConnectionString }: ResolvedOptions) {
  if (listenConnectionString === null) return { connection: pool.options, isVouchedFor: false }
  const connection = { connectionString: listenConnectionString, keepAlive: true, fallback_application_name: 'ebra' }
  return { connection, isVouchedFor: true }
}
