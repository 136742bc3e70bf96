import { ConfigurationError, optionNumber, optionOneOf, refuseUnknownKeys } from '@ebra/core'
import type { PostgresPool } from './pool.ts'

/** How to reach the database, and what to do there. Either `pool` or `connectionString`. */
export type PostgresStoreOptions = SharedOptions & (PooledOptions | ConnectedOptions)

interface SharedOptions {
  /**
   * Where everything lives: two fleets in one database are two schemas. Up to 40 characters of `[a-z0-9_]`, no digit first. Created if it is missing and the role may. Defaults to
   * `ebra`.
   */
  readonly schema?: string
  /**
   * `auto` migrates when the store opens, under a lock: any number of processes may start at once. `never` only verifies, for hosts that migrate by `store.migrate()` or
   * `store.migrationSql()`. Defaults to `auto`.
   */
  readonly migrate?: 'auto' | 'never'
  /**
   * How long to wait for a connection, and again for the answer to a statement, in milliseconds; after that the connection is given up as lost. From 1 000. Defaults to 10 000.
   */
  readonly answerTimeoutMs?: number
  /**
   * Where to listen for the hints of other processes: `postgres://…` of the same database, for a fleet whose `pool` or `connectionString` leads through a pooler such as PgBouncer. It has
   * to lead to a session that stays with its client: to the server itself, or through a pooler in session mode. Defaults to the way that all statements take, on which nothing is
   * listened for if it leads through a pooler: other processes' work is then found by the poll, within a second.
   */
  readonly listenConnectionString?: string
}

interface PooledOptions {
  /** The host's own `pg.Pool`. It is never closed by the store. */
  readonly pool: PostgresPool
  readonly connectionString?: never
  readonly maxConnections?: never
}

interface ConnectedOptions {
  /** `postgres://user:password@host:port/database`; the store opens a pool and closes it. */
  readonly connectionString: string
  /** Of the pool that the store opens. A process that dials needs few: turns are made one after another. From 1. Defaults to 10. */
  readonly maxConnections?: number
  readonly pool?: never
}

/** Options with their defaults. */
export interface ResolvedOptions {
  readonly source: { readonly pool: PostgresPool } | { readonly connectionString: string; readonly maxConnections: number }
  readonly schema: string
  readonly migrate: 'auto' | 'never'
  readonly answerTimeoutMs: number
  /** Null: as all statements go. */
  readonly listenConnectionString: string | null
}

/** Checks the options. Throws a ConfigurationError that says what was expected and what came. */
export function resolveOptions(options: PostgresStoreOptions): ResolvedOptions {
  refuseUnknownKeys(where, options, known)
  const { schema = 'ebra', migrate = 'auto', answerTimeoutMs = 10_000, listenConnectionString = null } = options
  return {
    source: resolveSource(options),
    schema: resolveSchema(schema),
    migrate: optionOneOf(where, 'migrate', migrate, ['auto', 'never']),
    answerTimeoutMs: optionNumber(where, 'answerTimeoutMs', answerTimeoutMs, { min: 1_000 }),
    listenConnectionString: resolveListening(listenConnectionString),
  }
}

const where = 'new PostgresStore'

const known = ['pool', 'connectionString', 'maxConnections', 'schema', 'migrate', 'answerTimeoutMs', 'listenConnectionString'] as const

function resolveSource({ pool, connectionString, maxConnections }: PostgresStoreOptions): ResolvedOptions['source'] {
  if ((pool === undefined) === (connectionString === undefined)) {
    throw new ConfigurationError(`${where}: give either a pool or a connectionString.`)
  }
  if (connectionString !== undefined) {
    return { connectionString, maxConnections: optionNumber(where, 'maxConnections', maxConnections ?? 10, { min: 1, isInteger: true }) }
  }
  if (maxConnections !== undefined) {
    throw new ConfigurationError(`${where}: maxConnections goes with a connectionString; the pool that was given has its own limit.`)
  }
  if (!isPool(pool)) throw new ConfigurationError(`${where}: pool must be a pg.Pool.`)
  return { pool }
}

function resolveListening(listenConnectionString: string | null): string | null {
  if (listenConnectionString === null || typeof listenConnectionString === 'string') return listenConnectionString
  throw new ConfigurationError(`${where}: listenConnectionString must be a string, got ${JSON.stringify(listenConnectionString)}.`)
}

/** A schema's name becomes part of a channel's, which may have 63 bytes. */
function resolveSchema(schema: string): string {
  if (typeof schema === 'string' && /^[a-z_][a-z0-9_]{0,39}$/.test(schema) && !schema.startsWith('pg_')) return schema
  throw new ConfigurationError(
    `${where}: schema must be up to 40 characters of [a-z0-9_], no digit and no "pg_" first, got ${JSON.stringify(schema)}.`,
  )
}

function isPool(value: unknown): value is PostgresPool {
  return typeof value === 'object' && value !== null && 'connect' in value && 'options' in value && typeof value.connect === 'function'
}
