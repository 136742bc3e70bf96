import { ConfigurationError } from '@ebra/core'
import { CompiledQuery } from 'kysely'
import type { PostgresClient } from './pool.ts'
import { isMissingSchema, nothingBegun, storeErrorFrom } from './unavailable.ts'

/** A host's own transaction: a `Transaction` of any Kysely, or a client of `pg` (or anything with `query(text, values)`) on which a transaction was begun. */
export type PostgresTransaction = KyselyTransaction | PostgresClient

/** What the store needs of a Kysely `Transaction`, whatever tables the host has told it of. */
export interface KyselyTransaction {
  readonly isTransaction: true
  /** A host's plugins are made for its own tables, and would rename our columns. */
  withoutPlugins(): { executeQuery(query: CompiledQuery): Promise<{ readonly rows: readonly unknown[] }> }
}

/** Where a host's transaction goes on. */
export interface ClientWithin extends PostgresClient {
  /** Whether it is sure that a transaction was begun. Else a savepoint will show. */
  readonly isBegun: boolean
}

/** A client that runs statements within a host's transaction. What the host's own driver throws comes through, except where we know better. */
export function clientWithin(transaction: PostgresTransaction): ClientWithin {
  const { run, isBegun } = runnerOf(transaction)
  return {
    isBegun,
    async query(text, values) {
      try {
        return await run(text, values)
      } catch (error) {
        throw isMissingSchema(error) ? foreignDatabase(error) : storeErrorFrom(error, { isWriting: false })
      }
    },
  }
}

interface Runner {
  readonly run: PostgresClient['query']
  readonly isBegun: boolean
}

function runnerOf(transaction: PostgresTransaction): Runner {
  if ('withoutPlugins' in transaction) return runnerOfKysely(transaction)
  if (typeof transaction.query !== 'function') throw new ConfigurationError(notUnderstood)
  return { run: (text, values) => transaction.query(text, values), isBegun: hasBegun(transaction) }
}

function runnerOfKysely(transaction: KyselyTransaction): Runner {
  if (transaction.isTransaction !== true) throw new ConfigurationError(noTransaction)
  const plain = transaction.withoutPlugins()
  return { run: (text, values) => plain.executeQuery(CompiledQuery.raw(text, values)), isBegun: true }
}

/** Clients of `pg` know it themselves. Without a transaction the host's own rows would be committed, or lost, without the call. */
function hasBegun(client: PostgresClient): boolean {
  if (!('getTransactionStatus' in client) || typeof client.getTransactionStatus !== 'function') return false
  if (client.getTransactionStatus() === 'I') throw new ConfigurationError(nothingBegun)
  return true
}

function foreignDatabase(cause: unknown): ConfigurationError {
  return new ConfigurationError('The transaction that was given to enqueue is of a database that does not hold the schema of this store.', {
    cause,
  })
}

const notUnderstood = 'The transaction that was given to enqueue is neither a Kysely Transaction nor a client with query(text, values).'

const noTransaction =
  'The Kysely that was given to enqueue is no transaction. Pass the one that `db.transaction().execute(…)` hands to its callback.'
