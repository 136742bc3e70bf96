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
import type { PostgresContext } from './context.ts'
import { readControl, writeControl } from './control.ts'
import { eraseCall } from './erase-call.ts'
import { findCall } from './find-call.ts'
import type { PostgresTransaction } from './host-transaction.ts'
import { insertCalls } from './insert-calls.ts'
import { installationKey } from './installation-key.ts'
import { listAttempts } from './list-attempts.ts'
import { listCalls } from './list-calls.ts'
import { lookUp } from './look-up.ts'
import { readMetrics } from './metrics.ts'
import { migrationSql } from './migrate.ts'
import { migrateDatabase, type OpenDatabase, openDatabase } from './open-database.ts'
import { type PostgresStoreOptions, type ResolvedOptions, resolveOptions } from './options.ts'
import { findJoinable } from './parked-events.ts'
import { ping } from './ping.ts'
import { prune } from './prune.ts'
import { sweep } from './sweep.ts'
import { updateCallIfPending } from './update-call.ts'
import { verifyClaims } from './verify-claims.ts'

/**
 * Keeps calls in Postgres 15 or newer: for a fleet of any number of processes and hosts. Every commit is on the disk when it returns, whatever the role or the pool say. It lives
 * in a schema of its own, and survives restarts of the database: what was asked for meanwhile fails with a StoreUnavailableError, and the next attempt connects again.
 */
export class PostgresStore implements Store<PostgresTransaction> {
  readonly kind = 'postgres'
  readonly #options: ResolvedOptions
  #database: OpenDatabase | null = null

  constructor(options: PostgresStoreOptions) {
    this.#options = resolveOptions(options)
  }

  async open(context: StoreContext): Promise<void> {
    this.#database ??= await openDatabase(this.#options, context)
  }

  async close(): Promise<void> {
    const database = this.#database
    this.#database = null
    await database?.close()
  }

  /** Brings the schema up to date, whether the store is open or not. Harmless beside processes that do the same, or use it. */
  async migrate(): Promise<void> {
    await migrateDatabase(this.#options)
  }

  /** The script that makes the schema, for hosts that apply every change of a database themselves. `after` is the number of the last migration that was applied; defaults to none. */
  migrationSql({ after = 0 }: { readonly after?: number } = {}): string {
    return migrationSql(this.#options.schema, after)
  }

  async verifyClaims(): Promise<void> {
    return verifyClaims(this.#context())
  }

  async installationKey(): Promise<Uint8Array> {
    return installationKey(this.#context())
  }

  async insertCalls(params: { readonly calls: readonly NewCall[] }, transaction?: PostgresTransaction): Promise<readonly InsertResult[]> {
    return insertCalls(this.#context(), params, transaction)
  }

  async findCall(params: { readonly callId: string }): Promise<Call | null> {
    return findCall(this.#context(), params)
  }

  async listCalls(query: ListQuery): Promise<CallPage> {
    return listCalls(this.#context(), query)
  }

  async listAttempts(params: { readonly callId: string }): Promise<readonly Attempt[]> {
    return listAttempts(this.#context(), params)
  }

  async updateCallIfPending(params: { readonly callId: string; readonly changes: CallChanges }): Promise<UpdateResult> {
    return updateCallIfPending(this.#context(), params)
  }

  async cancelCall(params: { readonly callId: string }): Promise<CanceledCall | null> {
    return cancelCall(this.#context(), params)
  }

  async cancelPending(params: { readonly filter: PendingFilter; readonly limit: number }): Promise<readonly Call[]> {
    return cancelPending(this.#context(), params)
  }

  async lookUp(keys: LookUpKeys): Promise<LookUp> {
    return lookUp(this.#context(), keys)
  }

  async findJoinable(params: { readonly limit: number }): Promise<readonly ParkedEvent[]> {
    return findJoinable(this.#context(), params)
  }

  async commitTurn(turn: Turn): Promise<TurnResult> {
    return commitTurn(this.#context(), turn)
  }

  async claimChecks(params: CheckParams): Promise<Checks> {
    return claimChecks(this.#context(), params)
  }

  async readControl(): Promise<Control> {
    return readControl(this.#context())
  }

  async writeControl(change: ControlChange): Promise<{ readonly control: Control; readonly released: boolean }> {
    return writeControl(this.#context(), change)
  }

  async readMetrics(): Promise<StoreMetrics> {
    return readMetrics(this.#context())
  }

  async eraseCall(params: { readonly callId: string }): Promise<'erased' | 'not-ended' | 'not-found'> {
    return eraseCall(this.#context(), params)
  }

  async prune(params: { readonly olderThanMs: number; readonly limit: number }): Promise<number> {
    return prune(this.#context(), params)
  }

  async sweep(params: { readonly parkedForMs: number }): Promise<void> {
    return sweep(this.#context(), params)
  }

  async ping(): Promise<void> {
    return ping(this.#context())
  }

  onWake(listener: () => void): () => void {
    return this.#opened().listener.listen(listener)
  }

  #context(): PostgresContext {
    return this.#opened().context
  }

  #opened(): OpenDatabase {
    if (this.#database === null) throw new StoppedError('This PostgresStore is not open: it was closed, or open() was never called.')
    return this.#database
  }
}
