import type { Clock } from '@ebra/core'
import type BetterSqlite3 from 'better-sqlite3'
import { sql } from 'kysely'
import { type Buildable, queries, type Statement, statement } from './statement.ts'
import { storeErrorFrom } from './unavailable.ts'

/** The statements of one transaction. */
export interface Transaction {
  /** The instant of all that the transaction writes: database time, in milliseconds since 1970. */
  readonly now: number
  all<TParams, TRow>(statement: Statement<TParams, TRow>, params: TParams): readonly TRow[]
  get<TParams, TRow>(statement: Statement<TParams, TRow>, params: TParams): TRow | undefined
  /** Returns how many rows it changed, triggers and cascades left out. */
  run<TParams, TRow>(statement: Statement<TParams, TRow>, params: TParams): number
  /** Runs a query that is a different one each time, and so is not kept prepared. */
  query<TRow>(query: Buildable<TRow>): readonly TRow[]
  /** Has `work` done when everything else is, once, however often it is asked for. */
  atEnd(work: (transaction: Transaction) => void): void
}

/** What a connection uses of better-sqlite3. */
export type SqliteDatabase = Pick<BetterSqlite3.Database, 'prepare' | 'transaction' | 'exec' | 'close'>

/** A connection to the database, with the statements that it has prepared. Everything on it is synchronous. */
export class Connection {
  /** Its path, for messages. */
  readonly file: string
  readonly #database: SqliteDatabase
  readonly #clock: Clock | null
  readonly #prepared = new Map<object, BetterSqlite3.Statement>()
  readonly #transaction: BetterSqlite3.Transaction<(work: () => void) => void>

  constructor(database: SqliteDatabase, file: string, clock: Clock | null) {
    this.file = file
    this.#database = database
    this.#clock = clock
    this.#transaction = database.transaction((work) => work())
  }

  /** Runs `work` in a transaction that writes. It holds the one write lock from its start, so what it reads stays true until it has committed. */
  write<T>(work: (transaction: Transaction) => T): T {
    return this.#run(work, this.#transaction.immediate)
  }

  /** Runs `work` on one snapshot. */
  read<T>(work: (transaction: Transaction) => T): T {
    return this.#run(work, this.#transaction.deferred)
  }

  /** Runs `work` as a part of the transaction that is open here: all of it or nothing, however that ends. */
  within<T>(work: (transaction: Transaction) => T): T {
    return this.#run(work, this.#transaction)
  }

  /** Changes whenever another connection, of whatever process, has committed. */
  dataVersion(): number {
    return this.#prepare(dataVersion).get([])?.data_version ?? 0
  }

  /** Runs a script of several statements. */
  execute(script: string): void {
    this.#database.exec(script)
  }

  close(): void {
    this.#prepared.clear()
    this.#database.close()
  }

  #run<T>(work: (transaction: Transaction) => T, begin: (work: () => void) => void): T {
    const results: T[] = []
    try {
      begin(() => results.push(this.#runToEnd(work)))
    } catch (error) {
      throw storeErrorFrom(error, this.file, { isCommitting: results.length > 0 })
    }
    return results[0] as T
  }

  #runToEnd<T>(work: (transaction: Transaction) => T): T {
    const endings = new Set<(transaction: Transaction) => void>()
    const transaction: Transaction = {
      now: this.#clock?.now().getTime() ?? this.#prepare(databaseTime).get([])?.now ?? 0,
      all: (statement, params) => this.#prepare(statement).all(statement.valuesOf(params)),
      get: (statement, params) => this.#prepare(statement).get(statement.valuesOf(params)),
      run: (statement, params) => this.#prepare(statement).run(statement.valuesOf(params)).changes,
      query: (query) => this.#queryOnce(query),
      atEnd: (ending) => endings.add(ending),
    }
    const result = work(transaction)
    for (const ending of endings) ending(transaction)
    return result
  }

  #prepare<TParams, TRow>(statement: Statement<TParams, TRow>): BetterSqlite3.Statement<unknown[], TRow> {
    const known = this.#prepared.get(statement)
    if (known !== undefined) return known as BetterSqlite3.Statement<unknown[], TRow>
    // On a host's own database integers may be set to be read as bigint.
    const prepared = this.#database.prepare<unknown[], TRow>(statement.sql).safeIntegers(false)
    this.#prepared.set(statement, prepared)
    return prepared
  }

  #queryOnce<TRow>(query: Buildable<TRow>): readonly TRow[] {
    const { sql, parameters } = query.compile(queries)
    return this.#database.prepare<unknown[], TRow>(sql).all(parameters)
  }
}

/** Milliseconds since 1970, by SQLite's own clock. */
export const databaseNow = sql<number>`cast(round(unixepoch('subsec') * 1000) as integer)`

const databaseTime = statement(() => sql<{ readonly now: number }>`select ${databaseNow} as now`)

const dataVersion = statement(() => sql<{ readonly data_version: number }>`pragma data_version`)
