import type { InsertResult, NewCall, Store } from '@ebra/core'
import { Client } from 'pg'

/** Runs `work` on a connection of its own, which is closed afterwards. */
export async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** A store that inserts within transactions of a host, and the database where that host is. */
export interface HostOfStore {
  readonly store: Pick<Store<Client>, 'insertCalls'>
  readonly connectionString: string
}

/** Inserts calls within a transaction of a host, which then ends so: `insertWithin` of a store under test. */
export function insertWithin(
  { store, connectionString }: HostOfStore,
  calls: readonly NewCall[],
  ending: 'commit' | 'rollback',
): Promise<readonly InsertResult[]> {
  return withClient(connectionString, async (client) => {
    await client.query('begin')
    const results = await store.insertCalls({ calls }, client)
    await client.query(ending)
    return results
  })
}
