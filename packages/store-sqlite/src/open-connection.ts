import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Clock, ConfigurationError } from '@ebra/core'
import BetterSqlite3 from 'better-sqlite3'
import { Connection } from './connection.ts'
import { inMemory } from './options.ts'
import { isSqliteError, storeErrorFrom } from './unavailable.ts'
import { whileBusy } from './while-busy.ts'

/** What a connection is opened with. */
export interface ConnectionParams {
  readonly file: string
  /** Null: SQLite's own time. */
  readonly clock: Clock | null
  /** How long a statement holds up the event loop while another connection has the lock. */
  readonly busyTimeoutMs: number
}

/** Opens a connection on which a commit is on the disk when it returns. Waits for others that open the file at the same time. */
export async function openConnection(params: ConnectionParams): Promise<Connection> {
  if (params.file !== inMemory && !existsSync(dirname(params.file))) {
    throw new ConfigurationError(`new SqliteStore: the folder of ${params.file} does not exist. Make it, or name another file.`)
  }
  return whileBusy(() => connect(params), openingPatienceMs)
}

/** Many processes may start at once, and only one at a time can make the write-ahead log, or migrate. */
export const openingPatienceMs = 30_000

function connect({ file, clock, busyTimeoutMs }: ConnectionParams): Connection {
  let database: BetterSqlite3.Database | undefined
  try {
    database = new BetterSqlite3(file, { timeout: busyTimeoutMs })
    prepare(database, file)
    return new Connection(database, file, clock)
  } catch (error) {
    database?.close()
    if (isSqliteError(error) && error.code === 'SQLITE_NOTADB') {
      throw new ConfigurationError(`new SqliteStore: ${file} is no SQLite database. Name another file.`, { cause: error })
    }
    throw storeErrorFrom(error, file, { isCommitting: false })
  }
}

/** SQLite alone would lose the last commits when the power fails: in a write-ahead log better-sqlite3 defaults to NORMAL. */
function prepare(database: BetterSqlite3.Database, file: string): void {
  const journal = database.pragma('journal_mode = wal', { simple: true })
  if (journal !== 'wal' && file !== inMemory) {
    throw new ConfigurationError(`new SqliteStore: ${file} cannot have a write-ahead log (its journal is "${journal}"). Use a local disk.`)
  }
  database.pragma('synchronous = full')
  database.pragma('foreign_keys = on')
}
