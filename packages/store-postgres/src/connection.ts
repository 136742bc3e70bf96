import { StoreUnavailableError } from '@ebra/core'
import type { CompiledQuery } from 'kysely'
import { Pool } from 'pg'
import { BorrowedClient } from './borrowed-client.ts'
import type { ResolvedOptions } from './options.ts'
import type { PostgresClient, PostgresPool } from './pool.ts'
import { isCollision, isConnectionLost, storeErrorFrom } from './unavailable.ts'

/** The way to the database: takes connections, bounds every wait, runs again what collided, and says of every failure whether its commit is known. */
export class Connection {
  readonly pool: PostgresPool
  readonly #end: () => Promise<void>
  readonly #answerTimeoutMs: number

  constructor({ source, answerTimeoutMs }: Pick<ResolvedOptions, 'source' | 'answerTimeoutMs'>) {
    const { pool, end } = 'pool' in source ? { pool: source.pool, end: async () => leave(source.pool) } : openPool(source)
    this.pool = pool
    this.#end = end
    this.#answerTimeoutMs = answerTimeoutMs
    this.pool.on('error', ignoreIdleError)
  }

  /** Runs a statement that changes nothing. */
  read<TRow>(query: CompiledQuery<TRow>): Promise<readonly TRow[]> {
    return this.#withClient({ mayCommit: () => false }, (client) => ask(client, query))
  }

  /** Runs a statement that commits by itself; again where it collided with another. */
  write<TRow>(query: CompiledQuery<TRow>): Promise<readonly TRow[]> {
    return untilSettled(() => this.#withClient({ mayCommit: () => true }, (client) => ask(client, query)))
  }

  /** Runs several statements as one transaction, which is rolled back where `work` throws or asks for it; again where it collided with another. */
  transaction<T>(work: (client: PostgresClient) => Promise<Ending<T>>, { answerTimeoutMs = this.#answerTimeoutMs } = {}): Promise<T> {
    return untilSettled(() => {
      const transaction = new Transaction()
      const mayCommit = () => transaction.isCommitting
      return this.#withClient({ mayCommit, answerTimeoutMs }, (client) => transaction.run(client, work))
    })
  }

  /** Closes what it opened itself. */
  close(): Promise<void> {
    return this.#end()
  }

  async #withClient<T>(
    { mayCommit, answerTimeoutMs = this.#answerTimeoutMs }: WithClientParams,
    work: (client: PostgresClient) => Promise<T>,
  ): Promise<T> {
    const client = await this.#borrow(answerTimeoutMs)
    let isUsable = true
    try {
      return await work(client)
    } catch (error) {
      isUsable = !isConnectionLost(error)
      throw storeErrorFrom(error, { isWriting: mayCommit() })
    } finally {
      client.giveBack({ isUsable })
    }
  }

  async #borrow(answerTimeoutMs: number): Promise<BorrowedClient> {
    try {
      return await BorrowedClient.borrow(this.pool, this.#answerTimeoutMs, answerTimeoutMs)
    } catch (error) {
      throw storeErrorFrom(error, { isWriting: false })
    }
  }
}

/** How a transaction ends, and what it answers. */
interface Ending<T> {
  readonly end: 'commit' | 'rollback'
  readonly value: T
}

interface WithClientParams {
  /** Whether a statement that commits may be under way, so that its fate is unknown if the connection breaks. */
  readonly mayCommit: () => boolean
  readonly answerTimeoutMs?: number
}

class Transaction {
  isCommitting = false

  /** Another isolation level, if a host's pool has one, would not see what others committed while this waited for a lock. */
  async run<T>(client: PostgresClient, work: (client: PostgresClient) => Promise<Ending<T>>): Promise<T> {
    await client.query('begin isolation level read committed', [])
    try {
      const { end, value } = await work(client)
      this.isCommitting = end === 'commit'
      await client.query(end, [])
      return value
    } catch (error) {
      if (!isConnectionLost(error)) await client.query('rollback', [])
      throw error
    }
  }
}

/** A statement that loses so often is not losing to chance. */
const maxCollisions = 10

async function untilSettled<T>(run: () => Promise<T>): Promise<T> {
  for (let collisions = 1; ; collisions += 1) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || !isCollision(error.cause) || collisions === maxCollisions) throw error
    }
  }
}

/** Sockets are kept from holding up the end of a process that only enqueued. */
function openPool({ connectionString, maxConnections }: { connectionString: string; maxConnections: number }) {
  const pool = new Pool({
    connectionString,
    max: maxConnections,
    keepAlive: true,
    allowExitOnIdle: true,
    fallback_application_name: 'ebra',
  })
  return { pool, end: () => pool.end() }
}

/** A pool of the host's stays as it was found. One of our own keeps its listener: it says that it has ended while its connections are still going down. */
function leave(pool: PostgresPool): void {
  pool.off('error', ignoreIdleError)
}

/** An idle connection broke. The pool has dropped it, and whoever needs one next opens another; without a listener the process would end. */
function ignoreIdleError(): void {}

async function ask<TRow>(client: PostgresClient, { sql, parameters }: CompiledQuery<TRow>): Promise<readonly TRow[]> {
  const { rows } = await client.query(sql, [...parameters])
  // The columns and their types are those that the query names.
  return rows as readonly TRow[]
}
