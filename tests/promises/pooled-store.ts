import { randomUUID } from 'node:crypto'
import type { InsertResult, NewCall } from '@ebra/core'
import { PostgresStore } from '@ebra/store-postgres'
import type { StoreUnderTest } from '@ebra/testkit'
import type { TestDatabase } from '@ebra/testkit/postgres'
import { Client } from 'pg'
import { startPgBouncer } from './pgbouncer.ts'

/**
 * A store in a schema of its own, behind a PgBouncer of its own, as the conformance suite wants it. It listens for hints past PgBouncer; all else goes through, the transactions of hosts
 * too.
 */
export async function createPooledStore({ connectionString: listenConnectionString }: TestDatabase): Promise<StoreUnderTest> {
  const bouncer = await startPgBouncer(listenConnectionString)
  const { connectionString } = bouncer
  const schema = `fleet_${randomUUID().replaceAll('-', '')}`
  const anotherProcess = () => new PostgresStore({ connectionString, listenConnectionString, schema })
  const store = anotherProcess()
  return {
    store,
    anotherProcess,
    insertWithin: (calls, ending) => withClient(connectionString, (client) => insertWithin({ store, client, calls, ending })),
    cleanup: async () => {
      await withClient(connectionString, (client) => client.query(`drop schema if exists ${schema} cascade`))
      await bouncer[Symbol.asyncDispose]()
    },
  }
}

interface InsertWithinParams {
  readonly store: PostgresStore
  readonly client: Client
  readonly calls: readonly NewCall[]
  readonly ending: 'commit' | 'rollback'
}

async function insertWithin({ store, client, calls, ending }: InsertWithinParams): Promise<readonly InsertResult[]> {
  await client.query('begin')
  const results = await store.insertCalls({ calls }, client)
  await client.query(ending)
  return results
}

async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
