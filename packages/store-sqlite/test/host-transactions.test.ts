import type { NewCall } from '@ebra/core'
import { aCall } from '@ebra/testkit'
import BetterSqlite3 from 'better-sqlite3'
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely'
import { expect, it } from 'vitest'
import { SqliteStore, type SqliteTransaction } from '../src/index.ts'
import { openStore, silent } from './open-store.ts'
import { TemporaryFile } from './temporary-file.ts'

interface HostTables {
  readonly orderLines: { readonly orderId: number }
}

/** An open store, and the host's own connection to its file, with a table of its own. */
async function setup() {
  const opened = await openStore()
  const host = new BetterSqlite3(opened.file)
  host.exec('create table order_lines (order_id integer primary key not null)')
  const kysely = new Kysely<HostTables>({ dialect: new SqliteDialect({ database: host }), plugins: [new CamelCasePlugin()] })
  return {
    store: opened.store,
    host,
    kysely,
    async [Symbol.asyncDispose]() {
      host.close()
      await opened[Symbol.asyncDispose]()
    },
  }
}

/** The second call's id is taken, so that inserting both fails half-way. */
function callsThatCollide(): readonly NewCall[] {
  const call = aCall()
  return [aCall(), call, call]
}

it('a call and the rows of the host commit together', async () => {
  await using scene = await setup()
  const { store, host } = scene
  const call = aCall()
  host.transaction(() => {
    host.exec('insert into order_lines values (7)')
    store.insertCallsSync({ calls: [call] }, host)
  })()
  expect(await store.findCall({ callId: call.id })).toMatchObject({ id: call.id, status: 'PENDING' })
})

it('a call is gone with the rows of the host when a transaction throws', async () => {
  await using scene = await setup()
  const { store, host } = scene
  const call = aCall()
  const transaction = host.transaction(() => {
    store.insertCallsSync({ calls: [call] }, host)
    throw new Error('The order is not paid.')
  })
  expect(transaction).toThrow('The order is not paid.')
  expect(await store.findCall({ callId: call.id })).toBeNull()
  expect((await store.readMetrics()).calls.PENDING).toBe(0)
})

it('a host that reads integers as bigint gets the same answers', async () => {
  await using scene = await setup()
  const { store, host } = scene
  host.defaultSafeIntegers(true)
  const idempotency = { key: 'order 7', fingerprint: 'welcome' }
  const insert = host.transaction(() => store.insertCallsSync({ calls: [aCall({ idempotency })] }, host))
  const [inserted, replayed] = [insert()[0], insert()[0]]
  expect(inserted?.kind).toBe('inserted')
  expect(replayed).toEqual({ ...inserted, kind: 'replayed' })
})

it('a transaction on Kysely is entered beneath the plugins of the host', async () => {
  await using scene = await setup()
  const { store, kysely } = scene
  const idempotency = { key: 'order 7', fingerprint: 'welcome' }
  const [inserted, replayed] = await kysely.transaction().execute(async (transaction) => {
    await transaction.insertInto('orderLines').values({ orderId: 7 }).execute()
    const first = await store.insertCalls({ calls: [aCall({ idempotency })] }, transaction)
    return [...first, ...(await store.insertCalls({ calls: [aCall({ idempotency })] }, transaction))]
  })
  expect(inserted?.kind).toBe('inserted')
  expect(replayed).toEqual({ ...inserted, kind: 'replayed' })
})

it('several hundred calls fit into a transaction on Kysely', async () => {
  await using scene = await setup()
  const { store, kysely } = scene
  const calls = Array.from({ length: 333 }, () => aCall())
  await kysely.transaction().execute((transaction) => store.insertCalls({ calls }, transaction))
  expect((await store.readMetrics()).calls.PENDING).toBe(333)
})

it('a host that goes on after a failure keeps its own rows, and none of the calls', async () => {
  await using scene = await setup()
  const { store, host, kysely } = scene
  host.transaction(() => {
    host.exec('insert into order_lines values (1)')
    expect(() => store.insertCallsSync({ calls: callsThatCollide() }, host)).toThrow('UNIQUE constraint failed')
  })()
  await kysely.transaction().execute(async (transaction) => {
    await transaction.insertInto('orderLines').values({ orderId: 2 }).execute()
    await expect(store.insertCalls({ calls: callsThatCollide() }, transaction)).rejects.toThrow('UNIQUE constraint failed')
  })
  expect(host.prepare('select count(*) from order_lines').pluck().get()).toBe(2)
  expect((await store.listCalls({})).total).toBe(0)
})

it('a database on which no transaction is open is refused', async () => {
  await using scene = await setup()
  const { store, host } = scene
  expect(() => store.insertCallsSync({ calls: [aCall()] }, host)).toThrow(
    'enqueueSync: no transaction is open on this database. Call it within database.transaction(() => { … }).',
  )
})

it('a database of another file is refused', async () => {
  await using scene = await setup()
  using elsewhere = new TemporaryFile()
  const other = new BetterSqlite3(elsewhere.path)
  const insert = other.transaction(() => scene.store.insertCallsSync({ calls: [aCall()] }, other))
  expect(insert).toThrow(/^The transaction is on .*, and the store on .*\. Both must be the same file\.$/)
  const kysely = new Kysely({ dialect: new SqliteDialect({ database: other }) })
  const inserted = kysely.transaction().execute((transaction) => scene.store.insertCalls({ calls: [aCall()] }, transaction))
  await expect(inserted).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
  other.close()
})

it('a database in memory is refused', async () => {
  await using scene = await setup()
  const memory = new BetterSqlite3(':memory:')
  const insert = memory.transaction(() => scene.store.insertCallsSync({ calls: [aCall()] }, memory))
  expect(insert).toThrow(/^The transaction is on a database in memory/)
  memory.close()
})

it('a store in memory has no file to share', async () => {
  const store = new SqliteStore({ file: ':memory:' })
  await store.open({ logger: silent, clock: null })
  const memory = new BetterSqlite3(':memory:')
  const insert = memory.transaction(() => store.insertCallsSync({ calls: [aCall()] }, memory))
  expect(insert).toThrow('A store in memory shares no transaction with the host: give SqliteStore the path of a file.')
  await store.close()
  memory.close()
})

it('what is no database is refused', async () => {
  await using scene = await setup()
  const handles = [null, {}, 'ebra.db', scene.kysely]
  for (const handle of handles) {
    expect(() => scene.store.insertCallsSync({ calls: [aCall()] }, handle as never)).toThrow(
      'enqueueSync: transaction must be a database of better-sqlite3.',
    )
  }
})

it('a database of another copy of better-sqlite3 is refused, since their locks undo each other', async () => {
  await using scene = await setup()
  const { host, store } = scene
  const copy = { open: true, inTransaction: true, prepare: host.prepare, transaction: host.transaction }
  expect(() => store.insertCallsSync({ calls: [aCall()] }, copy)).toThrow(
    'enqueueSync: this database was opened with another copy of better-sqlite3 than the one that @ebra/store-sqlite uses. Install one version for both.',
  )
})

it('an asynchronous insert refuses what is no transaction on Kysely', async () => {
  await using scene = await setup()
  for (const transaction of [scene.host, scene.kysely, null, {}]) {
    const inserted = scene.store.insertCalls({ calls: [aCall()] }, transaction as unknown as SqliteTransaction)
    await expect(inserted).rejects.toThrow(
      'enqueue: transaction must be a transaction on Kysely. For a database of better-sqlite3, whose transactions are synchronous, call enqueueSync.',
    )
  }
})
