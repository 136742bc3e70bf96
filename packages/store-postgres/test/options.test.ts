import { Pool } from 'pg'
import { expect, test } from 'vitest'
import { PostgresStore, type PostgresStoreOptions } from '../src/index.ts'

const connectionString = 'postgres://127.0.0.1:1/nowhere'

test('options that nobody would read are refused, with a suggestion', () => {
  // @ts-expect-error There is no such option.
  expect(() => new PostgresStore({ connectionstring: connectionString })).toThrow(
    'new PostgresStore: unknown option "connectionstring". Did you mean "connectionString"?',
  )
})

test('a store is given a pool or a connection string, and what goes with it', () => {
  const pool = new Pool({ connectionString })
  const refused: readonly (readonly [unknown, string])[] = [
    [{}, 'new PostgresStore: give either a pool or a connectionString.'],
    [{ pool, connectionString }, 'new PostgresStore: give either a pool or a connectionString.'],
    [{ pool: {} }, 'new PostgresStore: pool must be a pg.Pool.'],
    [
      { pool, maxConnections: 3 },
      'new PostgresStore: maxConnections goes with a connectionString; the pool that was given has its own limit.',
    ],
    [{ connectionString, maxConnections: 0 }, 'new PostgresStore: maxConnections must be an integer of at least 1, got 0.'],
    [{ connectionString, migrate: 'yes' }, 'new PostgresStore: migrate must be one of "auto", "never", got "yes".'],
    [{ connectionString, answerTimeoutMs: 10 }, 'new PostgresStore: answerTimeoutMs must be a number of at least 1000, got 10.'],
    [{ connectionString, listenConnectionString: 5432 }, 'new PostgresStore: listenConnectionString must be a string, got 5432.'],
  ]
  for (const [options, message] of refused) expect(() => new PostgresStore(options as PostgresStoreOptions)).toThrow(message)
})

test('the name of a schema is a plain one', () => {
  for (const schema of ['Ebra', '1st', 'pg_ebra', 'a"b', 'a'.repeat(41), '']) {
    expect(() => new PostgresStore({ connectionString, schema })).toThrow(
      'new PostgresStore: schema must be up to 40 characters of [a-z0-9_], no digit and no "pg_" first',
    )
  }
  for (const schema of ['ebra', '_e', 'fleet_2', 'a'.repeat(40)]) new PostgresStore({ connectionString, schema })
})

test('a store that is not open says so', async () => {
  const store = new PostgresStore({ connectionString })
  await expect(store.ping()).rejects.toMatchObject({ code: 'STOPPED' })
  expect(() => store.onWake(() => undefined)).toThrow('This PostgresStore is not open: it was closed, or open() was never called.')
  await store.close()
})
