import type {
  Attempt,
  Call,
  CallChanges,
  CallPage,
  CanceledCall,
  Control,
  ControlChange,
  InsertResult,
  ListQuery,
  LookUp,
  LookUpKeys,
  NewCall,
  ParkedEvent,
  PendingFilter,
  Store,
  StoreContext,
  StoreMetrics,
  Turn,
  TurnResult,
  UpdateResult,
} from '@ebra/core'
import { StoppedError } from '@ebra/core'
import { cancelCall } from './cancel-call.ts'
import { cancelPending } from './cancel-pending.ts'
import { type CheckParams, type Checks, claimChecks } from './claim-checks.ts'
import { commitTurn } from './commit-turn.ts'
import type { Connection } from './connection.ts'
import { readControl, writeControl } from './control.ts'
import { eraseCall } from './erase-call.ts'
import { findCall } from './find-call.ts'
import type { SqliteHandle } from './host-database.ts'
import { insertCalls } from './insert-calls.ts'
import { installationKey } from './installation-key.ts'
import { insertWithinKysely, type SqliteTransaction } from './kysely-transaction.ts'
import { listAttempts } from './list-attempts.ts'
import { listCalls } from './list-calls.ts'
import { lookUp } from './look-up.ts'
import { readMetrics } from './metrics.ts'
import { migrate, migrationSql } from './migrate.ts'
import { migrateFile, type OpenDatabase, openDatabase } from './open-database.ts'
import { type ResolvedOptions, resolveOptions, type SqliteStoreOptions } from './options.ts'
import { findJoinable } from './parked-events.ts'
import { ping } from './ping.ts'
import { prune } from './prune.ts'
import { sweep } from './sweep.ts'
import { updateCallIfPending } from './update-call.ts'
import { whileBusy } from './while-busy.ts'

/**
 * Keeps calls in a SQLite file: for one machine, with any number of processes on it. Every commit is on the disk when it returns. Statements are synchronous, and short; a lock
 * that another process holds is waited for without holding up the event loop for more than 20 ms at a time.
 */
export class SqliteStore implements Store<SqliteTransaction, SqliteHandle> {
  readonly kind = 'sqlite'
  readonly #options: ResolvedOptions
  #database: OpenDatabase | null = null

  constructor(options: SqliteStoreOptions) {
    this.#options = resolveOptions(options)
  }

  async open(context: StoreContext): Promise<void> {
    this.#database ??= await openDatabase(this.#options, context)
  }

  async close(): Promise<void> {
    this.#database?.close()
    this.#database = null
  }

  /** Brings the tables up to date, whether the store is open or not. Harmless beside processes that do the same, or use the tables. */
  async migrate(): Promise<void> {
    const { operations } = this.#database ?? {}
    if (operations === undefined) await migrateFile(this.#options.file)
    else await whileBusy(() => migrate(operations))
  }

  /** The script that makes the tables, for hosts that apply every change of a schema themselves. `after` is the number of the last migration that was applied; defaults to none. */
  migrationSql({ after = 0 }: { readonly after?: number } = {}): string {
    return migrationSql(after)
  }

  /** Nothing can make them inexact: whoever claims holds the one write lock. */
  async verifyClaims(): Promise<void> {}

  installationKey(): Promise<Uint8Array> {
    return this.#ask((connection) => installationKey(connection))
  }

  async insertCalls(params: { readonly calls: readonly NewCall[] }, transaction?: SqliteTransaction): Promise<readonly InsertResult[]> {
    if (transaction === undefined) return this.#ask((connection) => insertCalls(connection, params))
    const { file } = this.#options
    return insertWithinKysely(transaction, { file, clock: this.#opened().clock, calls: params.calls })
  }

  insertCallsSync(params: { readonly calls: readonly NewCall[] }, transaction: SqliteHandle): readonly InsertResult[] {
    return this.#opened().hosts.insertCalls(transaction, params.calls)
  }

  findCall(params: { readonly callId: string }): Promise<Call | null> {
    return this.#ask((connection) => findCall(connection, params))
  }

  listCalls(query: ListQuery): Promise<CallPage> {
    return this.#ask((connection) => listCalls(connection, query))
  }

  listAttempts(params: { readonly callId: string }): Promise<readonly Attempt[]> {
    return this.#ask((connection) => listAttempts(connection, params))
  }

  updateCallIfPending(params: { readonly callId: string; readonly changes: CallChanges }): Promise<UpdateResult> {
    return this.#ask((connection) => updateCallIfPending(connection, params))
  }

  cancelCall(params: { readonly callId: string }): Promise<CanceledCall | null> {
    return this.#ask((connection) => cancelCall(connection, params))
  }

  cancelPending(params: { readonly filter: PendingFilter; readonly limit: number }): Promise<readonly Call[]> {
    return this.#ask((connection) => cancelPending(connection, params))
  }

  lookUp(keys: LookUpKeys): Promise<LookUp> {
    return this.#ask((connection) => lookUp(connection, keys))
  }

  findJoinable(params: { readonly limit: number }): Promise<readonly ParkedEvent[]> {
    return this.#ask((connection) => findJoinable(connection, params))
  }

  commitTurn(turn: Turn): Promise<TurnResult> {
    return this.#pump((connection) => commitTurn(connection, turn))
  }

  claimChecks(params: CheckParams): Promise<Checks> {
    return this.#pump((connection) => claimChecks(connection, params))
  }

  readControl(): Promise<Control> {
    return this.#ask((connection) => readControl(connection))
  }

  writeControl(change: ControlChange): Promise<{ readonly control: Control; readonly released: boolean }> {
    return this.#ask((connection) => writeControl(connection, change))
  }

  readMetrics(): Promise<StoreMetrics> {
    return this.#ask((connection) => readMetrics(connection))
  }

  eraseCall(params: { readonly callId: string }): Promise<'erased' | 'not-ended' | 'not-found'> {
    return this.#ask((connection) => eraseCall(connection, params))
  }

  prune(params: { readonly olderThanMs: number; readonly limit: number }): Promise<number> {
    return this.#ask((connection) => prune(connection, params))
  }

  sweep(params: { readonly parkedForMs: number }): Promise<void> {
    return this.#ask((connection) => sweep(connection, params))
  }

  ping(): Promise<void> {
    return this.#ask((connection) => ping(connection))
  }

  onWake(listener: () => void): () => void {
    return this.#opened().wake.listen(listener)
  }

  /** Async, so that whatever goes wrong rejects and never throws. */
  async #ask<T>(work: (connection: Connection) => T): Promise<T> {
    return whileBusy(() => work(this.#opened().operations))
  }

  /** The pump is told soon that it has to wait: it then knows better than the store what to do with the time. */
  async #pump<T>(work: (connection: Connection) => T): Promise<T> {
    return whileBusy(() => work(this.#opened().pump), pumpPatienceMs)
  }

  #opened(): OpenDatabase {
    if (this.#database === null) throw new StoppedError('This SqliteStore is not open: it was closed, or open() was never called.')
    return this.#database
  }
}

/** Processes that share a file wait for one another some milliseconds now and then; longer means that something holds it. */
const pumpPatienceMs = 1_000
