import { aCall } from '@ebra/testkit'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { openConnection } from '../src/open-connection.ts'
import { Wake } from '../src/wake.ts'
import { claimingTurn, openStore } from './open-store.ts'

function nextWake(store: { onWake(listener: () => void): () => void }): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.onWake(() => {
      stop()
      resolve()
    })
  })
}

it("a store hears of a host's own commit", async () => {
  await using opened = await openStore()
  const woken = nextWake(opened.store)
  const host = new BetterSqlite3(opened.file)
  host.exec('create table orders (id integer primary key)')
  host.close()
  await woken
})

it('a store hears of its own inserts, but not of its own turns', async () => {
  await using opened = await openStore()
  const { store } = opened
  await store.writeControl({ configured: 1 })
  await store.insertCalls({ calls: [aCall()] })
  let heard = 0
  const stop = store.onWake(() => {
    heard += 1
  })
  expect((await store.commitTurn(claimingTurn())).claimed.length).toBe(1)
  const woken = nextWake(store)
  await store.insertCalls({ calls: [aCall()] })
  await woken
  stop()
  expect(heard).toBe(1)
})

it('a turn that changes nothing wakes nobody', async () => {
  await using opened = await openStore()
  const { store, file } = opened
  await store.writeControl({ configured: 1 })
  const host = new BetterSqlite3(file)
  const version = () => host.pragma('data_version', { simple: true })
  const before = version()
  await store.commitTurn(claimingTurn())
  await store.claimChecks({ limit: 1, leaseMs: 1, providers: ['sim'], staleAfterMs: 1 })
  await store.findJoinable({ limit: 1 })
  await store.insertCalls({ calls: [] })
  await store.sweep({ parkedForMs: 1 })
  expect(version()).toBe(before)
  host.close()
})

it('a look at a connection that fails is not the end of looking', async () => {
  await using opened = await openStore()
  const connection = await openConnection({ file: opened.file, clock: null, busyTimeoutMs: 5 })
  const wake = new Wake(connection, { busyMs: 1, idleMs: 1 })
  connection.close()
  const stop = wake.listen(() => {})
  await opened.store.ping()
  stop()
})
