import { aCall } from '@ebra/testkit'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { whileBusy } from '../src/while-busy.ts'
import { claimingTurn, openStore } from './open-store.ts'

/** A store, and another connection that can take its lock away. */
async function setup() {
  const opened = await openStore()
  const other = new BetterSqlite3(opened.file)
  return {
    store: opened.store,
    lock: () => other.exec('begin immediate'),
    unlock: () => other.exec('rollback'),
    async [Symbol.asyncDispose]() {
      other.close()
      await opened[Symbol.asyncDispose]()
    },
  }
}

it('a turn that finds the file locked for long fails, and may be made again', async () => {
  await using scene = await setup()
  const { store } = scene
  await store.writeControl({ configured: 1 })
  await store.insertCalls({ calls: [aCall()] })
  scene.lock()
  const locked = { code: 'STORE_UNAVAILABLE', isCommitUnknown: false, message: expect.stringContaining('is locked by another process') }
  await Promise.all([
    expect(store.commitTurn(claimingTurn())).rejects.toMatchObject(locked),
    expect(store.claimChecks({ limit: 1, leaseMs: 1, providers: [], staleAfterMs: 1 })).rejects.toMatchObject(locked),
  ])
  scene.unlock()
  expect((await store.commitTurn(claimingTurn())).claimed.length).toBe(1)
})

it('a turn waits for a lock that is soon let go', async () => {
  await using scene = await setup()
  scene.lock()
  const turn = scene.store.commitTurn(claimingTurn())
  setImmediate(scene.unlock)
  expect((await turn).claimed).toEqual([])
})

it('an operation waits for the lock without holding up whoever is to let it go', async () => {
  await using scene = await setup()
  scene.lock()
  const inserted = scene.store.insertCalls({ calls: [aCall()] })
  setImmediate(scene.unlock)
  expect((await inserted)[0]?.kind).toBe('inserted')
})

it('reading needs no lock', async () => {
  await using scene = await setup()
  const call = aCall()
  await scene.store.insertCalls({ calls: [call] })
  scene.lock()
  expect(await scene.store.findCall({ callId: call.id })).not.toBeNull()
  expect((await scene.store.listCalls({})).total).toBe(1)
  await scene.store.ping()
})

it('a lock that nobody lets go makes an operation give up', async () => {
  let tries = 0
  const locked = () => {
    tries += 1
    throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
  }
  await expect(whileBusy(locked, 20)).rejects.toThrow('database is locked')
  expect(tries).toBeGreaterThan(2)
})

it('what is no lock is not waited for', async () => {
  let tries = 0
  const broken = () => {
    tries += 1
    throw new Error('no such table')
  }
  await expect(whileBusy(broken)).rejects.toThrow('no such table')
  expect(tries).toBe(1)
})
