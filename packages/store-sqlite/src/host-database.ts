import { type Clock, ConfigurationError, type InsertResult, type NewCall } from '@ebra/core'
import BetterSqlite3 from 'better-sqlite3'
import { Connection } from './connection.ts'
import { insertWithin } from './insert-calls.ts'
import { hostFacts, refuseOtherFile } from './same-file.ts'

/** A host's own better-sqlite3 database over the store's file, on which a transaction is open. */
export interface SqliteHandle {
  readonly open: boolean
  readonly inTransaction: boolean
  prepare(source: string): unknown
  transaction(work: (...inputs: never[]) => unknown): unknown
}

/** Inserts calls on databases of the host's own, within the transaction that is open there. */
export class HostDatabases {
  readonly #file: string
  readonly #clock: Clock | null
  readonly #connections = new WeakMap<SqliteHandle, Connection>()

  constructor(file: string, clock: Clock | null) {
    this.#file = file
    this.#clock = clock
  }

  /** Has inserted or thrown when it returns: an `await` in between would let the host's transaction end without the call. */
  insertCalls(handle: SqliteHandle, calls: readonly NewCall[]): readonly InsertResult[] {
    const database = databaseOf(handle)
    if (!database.inTransaction) {
      throw new ConfigurationError(
        'enqueueSync: no transaction is open on this database. Call it within database.transaction(() => { … }).',
      )
    }
    return this.#connectionOver(database).within((transaction) => insertWithin(transaction, calls))
  }

  #connectionOver(database: BetterSqlite3.Database): Connection {
    const known = this.#connections.get(database)
    if (known !== undefined) return known
    const connection = new Connection(database, this.#file, this.#clock)
    const file = connection.within((transaction) => transaction.get(hostFacts, {})?.file ?? '')
    refuseOtherFile(this.#file, file)
    this.#connections.set(database, connection)
    return connection
  }
}

/** Two copies of SQLite in one process undo each other's locks on a file, and may damage it. */
function databaseOf(handle: SqliteHandle): BetterSqlite3.Database {
  if (handle instanceof BetterSqlite3) return handle
  const isOfAnotherCopy = typeof handle === 'object' && handle !== null && typeof handle.inTransaction === 'boolean'
  throw new ConfigurationError(
    isOfAnotherCopy
      ? 'enqueueSync: this database was opened with another copy of better-sqlite3 than the one that @ebra/store-sqlite uses. Install one version for both.'
      : 'enqueueSync: transaction must be a database of better-sqlite3.',
  )
}
