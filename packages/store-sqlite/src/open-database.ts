import type { Clock, StoreContext } from '@ebra/core'
import type { Connection } from './connection.ts'
import { HostDatabases } from './host-database.ts'
import { migrate, verifySchema } from './migrate.ts'
import { openConnection, openingPatienceMs } from './open-connection.ts'
import { inMemory, type ResolvedOptions } from './options.ts'
import { Wake } from './wake.ts'
import { whileBusy } from './while-busy.ts'

/** A database in use. */
export interface OpenDatabase {
  /** For turns and checks. Waits a little for the lock in each try, since much hangs on a turn. */
  readonly pump: Connection
  /** For everything else. */
  readonly operations: Connection
  readonly wake: Wake
  readonly hosts: HostDatabases
  readonly clock: Clock | null
  close(): void
}

/** Opens a database and migrates it, or verifies its schema. */
export async function openDatabase(options: ResolvedOptions, { clock, logger }: StoreContext): Promise<OpenDatabase> {
  const { file } = options
  const operations = await openConnection({ file, clock, busyTimeoutMs: operationsTimeoutMs })
  try {
    const applied = await whileBusy(() => bringUpToDate(operations, options), openingPatienceMs)
    if (applied.length > 0) logger.info({ file, migrations: applied }, 'The database was migrated.')
    const pump = file === inMemory ? operations : await openConnection({ file, clock, busyTimeoutMs: pumpTimeoutMs })
    return inUse({ pump, operations, clock, options })
  } catch (error) {
    operations.close()
    throw error
  }
}

/** Migrates a file that is not open. */
export async function migrateFile(file: string): Promise<void> {
  const connection = await openConnection({ file, clock: null, busyTimeoutMs: operationsTimeoutMs })
  try {
    await whileBusy(() => migrate(connection), openingPatienceMs)
  } finally {
    connection.close()
  }
}

/** So long a single try holds up the event loop; whoever the host serves would notice more. The tries in between are by timer. */
const pumpTimeoutMs = 20
const operationsTimeoutMs = 5

function bringUpToDate(connection: Connection, options: ResolvedOptions): readonly string[] {
  if (options.migrate === 'auto') return migrate(connection)
  verifySchema(connection)
  return []
}

interface InUseParams {
  readonly pump: Connection
  readonly operations: Connection
  readonly clock: Clock | null
  readonly options: ResolvedOptions
}

function inUse({ pump, operations, clock, options }: InUseParams): OpenDatabase {
  const wake = new Wake(pump, options.wake)
  return {
    pump,
    operations,
    wake,
    hosts: new HostDatabases(options.file, clock),
    clock,
    close() {
      wake.stop()
      operations.close()
      if (pump !== operations) pump.close()
    },
  }
}
