import { ConfigurationError } from '@ebra/core'
import { CompiledQuery } from 'kysely'
import type { PostgresClient } from './pool.ts'
import { isMissingSchema, storeErrorFrom } from './unavailable.ts'

/** A host's own transaction: a `Transaction` of any Kysely, or a client of `pg` (or anything with `query(text, values)`) on which a transaction was begun. */
export type PostgresTransaction = KyselyTransaction | PostgresClient

/** What the store needs of a Kysely `Transaction`, whatever tables the host has told it of. */
export interface KyselyTransaction {
  readonly isTransaction: boolean
  /** A host's plugins are made for its own tables, and would rename our columns. */
  withoutPlugins(): { executeQuery(query: CompiledQuery): Promise<{ readonly rows: readonly unknown[] }> }
}

/** A client that runs statements within a host's transaction. What the host's own driver throws comes through, except where we know better. */
export function clientWithin(transaction: PostgresTransaction): PostgresClient {
  const run = runnerOf(transaction)
  return {
    async query(text, values) {
      try {
        return await run(text, values)
      } catch (error) {
        throw isMissingSchema(error) ? foreignDatabase(error) : storeErrorFrom(error, { isWriting: false })
      }
    },
  }
}

function runnerOf(transaction: PostgresTransaction): PostgresClient['query'] {
  if ('withoutPlugins' in transaction) {
    if (!transaction.isTransaction)
      throw new ConfigurationError(
        'The Kysely that was given to enqueue is no transaction. Pass the one that `db.transaction().execute(…)` hands you.',
      )
    const plain = transaction.withoutPlugins()
    return (text, values) => plain.executeQuery(CompiledQuery.raw(text, values))
  }
  if (typeof transaction.query === 'function') return (text, values) => transaction.query(text, values)
  throw new ConfigurationError(
    'The transaction that was given to enqueue is neither a Kysely Transaction nor a client with query(text, values).',
  )
}

function foreignDatabase(cause: unknown): ConfigurationError {
  return new ConfigurationError('The transaction that was given to enqueue is of a database that does not hold the schema of this store.', {
    cause,
  })
}
