import type { InsertResult, NewCall } from '@ebra/core'
import { allStoreCases, describeStore, runStoreCase, type StoreUnderTest } from '@ebra/testkit'
import BetterSqlite3 from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { describe, it } from 'vitest'
import { SqliteStore } from '../src/index.ts'
import { TemporaryFile } from './temporary-file.ts'

type Ending = 'commit' | 'rollback'
type InsertWithin = (
  store: SqliteStore,
  host: BetterSqlite3.Database,
  calls: readonly NewCall[],
  ending: Ending,
) => Promise<readonly InsertResult[]>

describeStore({ name: 'SqliteStore on a file', runner: { describe, it }, createStore: async () => storeOnFile(insertSync) })

describeStore({
  name: 'SqliteStore in memory',
  runner: { describe, it },
  createStore: async () => ({ store: new SqliteStore({ file: ':memory:' }), cleanup: async () => {} }),
  lacks: ['other-processes', 'host-transactions'],
})

describe('SqliteStore within transactions on Kysely', () => {
  const cases = allStoreCases.filter(({ needs }) => needs.includes('host-transactions'))
  for (const each of cases) it(each.name, () => runStoreCase(each, async () => storeOnFile(insertOnKysely)))
})

function storeOnFile(insertWithin: InsertWithin): StoreUnderTest {
  const home = new TemporaryFile()
  const store = new SqliteStore({ file: home.path })
  return {
    store,
    anotherProcess: () => new SqliteStore({ file: home.path }),
    async insertWithin(calls, ending) {
      const host = new BetterSqlite3(home.path)
      try {
        return await insertWithin(store, host, calls, ending)
      } finally {
        host.close()
      }
    },
    cleanup: async () => home[Symbol.dispose](),
  }
}

const insertSync: InsertWithin = async (store, host, calls, ending) => {
  host.exec('begin')
  const results = store.insertCallsSync({ calls }, host)
  host.exec(ending)
  return results
}

const insertOnKysely: InsertWithin = async (store, host, calls, ending) => {
  const kysely = new Kysely({ dialect: new SqliteDialect({ database: host }) })
  const transaction = await kysely.startTransaction().execute()
  const results = await store.insertCalls({ calls }, transaction)
  await transaction[ending]().execute()
  return results
}
