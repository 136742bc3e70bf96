import type { InsertResult, NewCall } from '@ebra/core'
import type { StoreUnderTest } from '@ebra/testkit'
import { createDatabase } from '@ebra/testkit/postgres'
import { Client } from 'pg'
import { PostgresStore } from '../src/index.ts'

/** A store over a database of its own, as the conformance suite wants it. */
export async function storeOnItsOwn(): Promise<StoreUnderTest> {
  const { connectionString, drop } = await createDatabase()
  const anotherProcess = () => new PostgresStore({ connectionString })
  const store = anotherProcess()
  return {
    store,
    anotherProcess,
    insertWithin: (calls, ending) => insertWithin({ store, connectionString, calls, ending }),
    cleanup: drop,
  }
}

interface InsertWithinParams {
  readonly store: PostgresStore
  readonly connectionString: string
  readonly calls: readonly NewCall[]
  readonly ending: 'commit' | 'rollback'
}

async function insertWithin({ store, connectionString, calls, ending }: InsertWithinParams): Promise<readonly InsertResult[]> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    await client.query('begin')
    const results = await store.insertCalls({ calls }, client)
    await client.query(ending)
    return results
  } finally {
    await client.end()
  }
}
