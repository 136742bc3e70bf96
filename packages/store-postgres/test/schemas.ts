import type { StoreUnderTest } from '@ebra/testkit'
import { createDatabase, insertWithin, type PostgresServer, startPostgres, type TestDatabase, withClient } from '@ebra/testkit/postgres'
import { PostgresStore } from '../src/index.ts'

/** Makes stores over one database, each in a schema of its own: faster than a database each, and a proof that schemas keep apart. */
export class Schemas {
  #database: TestDatabase | null = null
  #server: PostgresServer | null = null
  #made = 0

  async open(): Promise<void> {
    this.#database = await createDatabase()
  }

  /** On a server of their own: a transaction in any database of a server keeps the index entries of dead rows alive in all of them. */
  async openAlone(): Promise<void> {
    this.#server = await startPostgres()
    this.#database = await this.#server.createDatabase()
  }

  async close(): Promise<void> {
    await this.#database?.drop()
    await this.#server?.stop()
  }

  get connectionString(): string {
    if (this.#database === null) throw new Error('open() comes first.')
    return this.#database.connectionString
  }

  /** A schema that nobody has used yet. */
  next(): string {
    this.#made += 1
    return `fleet_${this.#made}`
  }

  /** A store over such a schema, as the conformance suite wants it. */
  createStore(): StoreUnderTest {
    const { connectionString } = this
    const schema = this.next()
    const anotherProcess = () => new PostgresStore({ connectionString, schema })
    const store = anotherProcess()
    return {
      store,
      anotherProcess,
      insertWithin: (calls, ending) => insertWithin({ store, connectionString }, calls, ending),
      cleanup: () => this.drop(schema),
    }
  }

  drop(schema: string): Promise<void> {
    return withClient(this.connectionString, async (client) => {
      await client.query(`drop schema if exists ${schema} cascade`)
    })
  }
}
