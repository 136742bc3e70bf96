import type { PostgresPool, PostgresPoolClient } from '@ebra/store-postgres'
import { Pool, type PoolClient, type PoolConfig } from 'pg'
import type { StatementFault } from './statement-fault.ts'

/**
 * How a statement fails: the connection breaks before it was sent, or after the server has run it and before its answer comes; or the server ends it, and with it the transaction, as
 * an operator's `pg_cancel_backend` does.
 */
export const postgresFaults = ['never leaves', 'is run and never answered', 'is canceled'] as const

/** One of them. */
export type PostgresFault = (typeof postgresFaults)[number]

/** A pool whose statements can be made to fail. */
export class FaultyPool implements PostgresPool, AsyncDisposable {
  readonly options: object
  readonly #pool: Pool
  #fault: { readonly how: PostgresFault; left: number } | null = null

  constructor(config: PoolConfig) {
    this.#pool = new Pool(config)
    this.options = this.#pool.options
  }

  /** Makes the n-th statement from now on fail. */
  layFault(how: PostgresFault, nth: number): StatementFault {
    const fault = { how, left: nth }
    this.#fault = fault
    return {
      hasStruck: () => fault.left <= 0,
      [Symbol.dispose]: () => {
        this.#fault = null
      },
    }
  }

  on(event: 'error', listener: (error: Error) => void): void {
    this.#pool.on(event, listener)
  }

  off(event: 'error', listener: (error: Error) => void): void {
    this.#pool.off(event, listener)
  }

  connect(callback: (error: Error | undefined, client: PostgresPoolClient | undefined) => void): void {
    this.#pool.connect((error, client) => callback(error, client && this.#faulty(client)))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool.end()
  }

  #faulty(client: PoolClient): PostgresPoolClient {
    return {
      query: (text, values) => this.#query(client, text, values),
      release: (error) => client.release(error),
      on: (event, listener) => client.on(event, listener),
      off: (event, listener) => client.off(event, listener),
    }
  }

  async #query(client: PoolClient, text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }> {
    const fault = this.#fault
    if (fault === null) return client.query(text, values)
    fault.left -= 1
    return fault.left === 0 ? fail(client, fault.how, () => client.query(text, values)) : client.query(text, values)
  }
}

async function fail(client: PoolClient, how: PostgresFault, run: () => Promise<unknown>): Promise<never> {
  if (how === 'is canceled') {
    await client.query(`do $$ begin raise exception 'canceling statement due to user request' using errcode = '57014'; end $$`)
  }
  if (how === 'is run and never answered') await run()
  const broken = new Promise<never>((_, reject) => client.once('end', () => reject(new Error('Connection terminated unexpectedly'))))
  streamOf(client).destroy()
  return broken
}

/** Not among the types of pg: the socket of a client. */
function streamOf(client: object): { destroy(): void } {
  return Reflect.get(Reflect.get(client, 'connection'), 'stream')
}
