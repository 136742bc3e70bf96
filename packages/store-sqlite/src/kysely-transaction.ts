import { type Clock, ConfigurationError, type InsertResult, type NewCall } from '@ebra/core'
import { CompiledQuery } from 'kysely'
import { type AsyncTransaction, insertAmidst } from './insert-calls.ts'
import { hostFacts, refuseOtherFile } from './same-file.ts'
import type { Statement } from './statement.ts'
import { storeErrorFrom } from './unavailable.ts'

/** A host's own transaction on Kysely, over the store's file. Any `Transaction<…>` fits, whatever its tables and plugins. */
export interface SqliteTransaction {
  readonly isTransaction: true
  withoutPlugins(): QueryExecutor
}

/** What of Kysely is used. */
interface QueryExecutor {
  executeQuery(query: CompiledQuery): Promise<{ readonly rows: readonly unknown[] }>
}

/** Where and when calls are inserted. */
export interface KyselyInsertParams {
  readonly file: string
  /** Null: SQLite's own time. */
  readonly clock: Clock | null
  readonly calls: readonly NewCall[]
}

/** Inserts calls within a host's transaction on Kysely. All or none, even where the host goes on after a failure. */
export async function insertWithinKysely(
  host: SqliteTransaction,
  { file, clock, calls }: KyselyInsertParams,
): Promise<readonly InsertResult[]> {
  if (!isTransaction(host)) throw new ConfigurationError(notKysely)
  // A plugin of the host's would rename our columns.
  const transaction = new KyselyTransaction(host.withoutPlugins(), clock)
  try {
    refuseOtherFile(file, await transaction.begin())
    return await transaction.withinSavepoint(() => insertAmidst(transaction, calls))
  } catch (error) {
    throw storeErrorFrom(error, file, { isCommitting: false })
  }
}

class KyselyTransaction implements AsyncTransaction {
  readonly #executor: QueryExecutor
  readonly #clock: Clock | null
  #now = 0

  constructor(executor: QueryExecutor, clock: Clock | null) {
    this.#executor = executor
    this.#clock = clock
  }

  get now(): number {
    return this.#now
  }

  /** Notes the time. Returns the file that the transaction is on. */
  async begin(): Promise<string> {
    const [facts] = await this.all(hostFacts, {})
    this.#now = this.#clock?.now().getTime() ?? facts?.now ?? 0
    return facts?.file ?? ''
  }

  async withinSavepoint<T>(work: () => Promise<T>): Promise<T> {
    await this.#execute('savepoint ebra_insert')
    try {
      const result = await work()
      await this.#execute('release ebra_insert')
      return result
    } catch (error) {
      await this.#undo()
      throw error
    }
  }

  async all<TParams, TRow>(statement: Statement<TParams, TRow>, params: TParams): Promise<readonly TRow[]> {
    const rows = await this.#execute(statement.sql, statement.valuesOf(params))
    return rows.map((row) => withNumbers(row)) as readonly TRow[]
  }

  async run<TParams, TRow>(statement: Statement<TParams, TRow>, params: TParams): Promise<void> {
    await this.#execute(statement.sql, statement.valuesOf(params))
  }

  /** A full disk ends the whole transaction by itself; then there is nothing to undo, and what went wrong is what counts. */
  async #undo(): Promise<void> {
    try {
      await this.#execute('rollback to ebra_insert')
      await this.#execute('release ebra_insert')
    } catch {
      return
    }
  }

  async #execute(sql: string, values: readonly unknown[] = []): Promise<readonly unknown[]> {
    const { rows } = await this.#executor.executeQuery(CompiledQuery.raw(sql, [...values]))
    return rows
  }
}

const notKysely =
  'enqueue: transaction must be a transaction on Kysely. For a database of better-sqlite3, whose transactions are synchronous, call enqueueSync.'

function isTransaction(host: SqliteTransaction): boolean {
  return typeof host === 'object' && host !== null && host.isTransaction === true && typeof host.withoutPlugins === 'function'
}

/** A host may read integers as bigint. */
function withNumbers(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]))
}
