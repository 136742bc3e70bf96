/** What the store needs of a pool: `pg.Pool` fits as it is. */
export interface PostgresPool {
  /** How it connects: the listener for wake-ups, which needs a connection for good, opens one of its own like it. */
  readonly options: object
  /** Calls back as soon as there is a client, within the same tick: a connection may break in the very next moment, and must find somebody who listens. */
  connect(callback: (error: Error | undefined, client: PostgresPoolClient | undefined) => void): void
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
}

/** A client that was taken from a {@link PostgresPool}. */
export interface PostgresPoolClient extends PostgresClient {
  /** An error says that the connection is of no further use. */
  release(error?: Error): void
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
}

/** Anything that runs a statement: a client of `pg`, or what a host wraps around one. */
export interface PostgresClient {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}
