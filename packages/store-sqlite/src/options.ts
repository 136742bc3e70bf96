import { resolve } from 'node:path'
import { ConfigurationError, optionNumber, optionOneOf, refuseUnknownKeys } from '@ebra/core'
import type { WakeOptions } from './wake.ts'

/** How a {@link SqliteStore} is made. */
export interface SqliteStoreOptions {
  /** The path of the database, which may be the host's own: Ebra's tables begin with `ebra_`. `:memory:` keeps everything in this process, for tests. */
  readonly file: string
  /**
   * `auto` brings the tables up to date when the store is opened; `never` only verifies that they are, for a host that runs `store.migrate()` or the script of
   * `store.migrationSql()` itself. Defaults to `auto`.
   */
  readonly migrate?: 'auto' | 'never'
  /**
   * How often, in milliseconds, an idle process looks whether another has enqueued a call or freed a slot: it is also the longest that a call waits for that. A busy one looks
   * every 2 ms. A look costs some microseconds. From 1 to 1 000. Defaults to 50.
   */
  readonly wakePollMs?: number
}

/** Options with their defaults. */
export interface ResolvedOptions {
  /** Absolute, whatever folder the process moves to later. */
  readonly file: string
  readonly migrate: 'auto' | 'never'
  readonly wake: WakeOptions
}

/** Checks options once. Throws a ConfigurationError that says what was expected and what came. */
export function resolveOptions(options: SqliteStoreOptions): ResolvedOptions {
  refuseUnknownKeys(where, options, ['file', 'migrate', 'wakePollMs'])
  const { file, migrate = 'auto', wakePollMs = 50 } = options
  if (typeof file !== 'string' || file.trim() === '') {
    throw new ConfigurationError(`${where}: file must be the path of a database, or ":memory:".`)
  }
  const idleMs = optionNumber(where, 'wakePollMs', wakePollMs, { min: 1, max: 1_000 })
  return {
    file: file.trim() === inMemory ? inMemory : resolve(file.trim()),
    migrate: optionOneOf(where, 'migrate', migrate, ['auto', 'never']),
    wake: { idleMs, busyMs: Math.min(busyWakePollMs, idleMs) },
  }
}

/** What keeps no file. */
export const inMemory = ':memory:'

const where = 'new SqliteStore'
const busyWakePollMs = 2
