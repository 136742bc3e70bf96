import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { runPostgres } from './broker.ts'

/** `template`: the database to copy, which nobody may be connected to. Defaults to an empty one. */
export interface DatabaseOptions {
  readonly template?: string
}

/** A database that nobody else knows. */
export interface TestDatabase {
  readonly name: string
  readonly connectionString: string
  /** Breaks off whoever is still connected, and deletes it. */
  drop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Creates a database on the Postgres of this test run, which is started by the first call. Needs `globalSetup: '@ebra/testkit/postgres/setup'` in the
 * configuration of vitest, or an EBRA_POSTGRES_URL of a superuser.
 */
export async function createDatabase(options?: DatabaseOptions): Promise<TestDatabase> {
  return createDatabaseOn(await runPostgres(), options)
}

/** Creates a database on the server that `connectionString` leads to. */
export async function createDatabaseOn(connectionString: string, { template = 'template1' }: DatabaseOptions = {}): Promise<TestDatabase> {
  const name = `ebra_${randomBytes(8).toString('hex')}`
  await execute(connectionString, `create database "${name}" template "${template}"`)
  const drop = () => execute(connectionString, `drop database if exists "${name}" with (force)`)
  const url = new URL(connectionString)
  url.pathname = `/${name}`
  return { name, connectionString: url.href, drop, [Symbol.asyncDispose]: drop }
}

async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
