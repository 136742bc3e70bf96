import type { InsertResult, NewCall } from '@ebra/core'
import type { StoreUnderTest } from '@ebra/testkit'
import { createDatabase, type TestDatabase } from '@ebra/testkit/postgres'
import { Client } from 'pg'
import { PostgresStore } from '../src/index.ts'

/** Makes stores over one database, each in a schema of its own, which is faster than a database each and shows that schemas keep apart. */
export class Schemas {
  #database: TestDatabase | null = null
  #made = 0

  async open(): Promise<void> {
    this.#database = await createDatabase()
  }

  async close(): Promise<void> {
    await this.#database?.drop()
  }

  /** A store that nobody else shares its schema with, as the conformance suite wants it. */
  createStore(): StoreUnderTest {
    const { connectionString } = this.#database ?? fail()
    this.#made += 1
    const schema = `fleet_${this.#made}`
    const anotherProcess = () => new PostgresStore({ connectionString, schema })
    const store = anotherProcess()
    return {
      store,
      anotherProcess,
      insertWithin: (calls, ending) => withClient(connectionString, (client) => insertWithin({ store, client, calls, ending })),
      cleanup: () => withClient(connectionString, (client) => client.query(`drop schema if exists ${schema} cascade`)),
    }
  }
}

/** Runs `work` on a connection of its own. */
export async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
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

function fail(): never {
  throw new Error('open() comes first.')
}
