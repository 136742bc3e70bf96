import { randomUUID } from 'node:crypto'
import { PostgresStore } from '@ebra/store-postgres'
import type { StoreUnderTest } from '@ebra/testkit'
import { insertWithin, type TestDatabase, withClient } from '@ebra/testkit/postgres'
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
    insertWithin: (calls, ending) => insertWithin({ store, connectionString }, calls, ending),
    cleanup: async () => {
      await withClient(connectionString, (client) => client.query(`drop schema if exists ${schema} cascade`))
      await bouncer[Symbol.asyncDispose]()
    },
  }
}
