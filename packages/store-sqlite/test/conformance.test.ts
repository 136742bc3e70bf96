import type { InsertResult, NewCall } from '@ebra/core'
import { describeStore, type StoreUnderTest } from '@ebra/testkit'
import BetterSqlite3 from 'better-sqlite3'
import { describe, it } from 'vitest'
import { SqliteStore } from '../src/index.ts'
import { temporaryFile } from './temporary-file.ts'

describeStore({ name: 'SqliteStore on a file', runner: { describe, it }, createStore: storeOnFile })

describeStore({
  name: 'SqliteStore in memory',
  runner: { describe, it },
  createStore: async () => ({ store: new SqliteStore({ file: ':memory:' }), cleanup: async () => {} }),
  lacks: ['other-processes', 'host-transactions'],
})

async function storeOnFile(): Promise<StoreUnderTest> {
  const { file, remove } = await temporaryFile()
  const store = new SqliteStore({ file })
  return {
    store,
    anotherProcess: () => new SqliteStore({ file }),
    insertWithin: async (calls, ending) => insertWithin(store, file, calls, ending),
    cleanup: remove,
  }
}

function insertWithin(store: SqliteStore, file: string, calls: readonly NewCall[], ending: 'commit' | 'rollback'): readonly InsertResult[] {
  const host = new BetterSqlite3(file)
  try {
    host.exec('begin immediate')
    const results = store.insertCallsSync({ calls }, host)
    host.exec(ending)
    return results
  } finally {
    host.close()
  }
}
