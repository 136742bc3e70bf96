import { StoreUnavailableError } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import { describe, expect, it } from 'vitest'
import { scriptedProvider, setup } from './setup.ts'

type Inserts = Parameters<SqliteStore['insertCalls']>

/** A database that keeps in mind how many calls came with each commit. */
class CountingStore extends SqliteStore {
  readonly commits: number[] = []
  isAway = false

  constructor() {
    super({ file: ':memory:' })
  }

  override async insertCalls(...[params, transaction]: Inserts): ReturnType<SqliteStore['insertCalls']> {
    if (this.isAway) throw new StoreUnavailableError('The database is away.')
    if (params.calls.some(({ scriptId }) => scriptId === 'poison')) throw new Error('The database cannot take this.')
    this.commits.push(params.calls.length)
    return super.insertCalls(params, transaction)
  }
}

function manyCalls(count: number) {
  return Array.from({ length: count }, (_, index) => ({ to: `+1202555${1000 + index}`, scriptId: 'welcome' }))
}

describe('calls that are enqueued at the same time', () => {
  it('share a commit, and are told of each on its own', async () => {
    const store = new CountingStore()
    const { orchestrator, events } = setup(scriptedProvider(), { store })
    const results = await Promise.all(manyCalls(30).map((input) => orchestrator.enqueue(input)))
    expect(store.commits).toEqual([30])
    expect(new Set(results.map(({ call }) => call.id)).size).toBe(30)
    expect(results.map(({ call }) => call.to)).toEqual(manyCalls(30).map(({ to }) => to))
    expect(events.filter(({ type }) => type === 'call.enqueued')).toHaveLength(30)
  })

  it('fail alone where the database cannot take one', async () => {
    const store = new CountingStore()
    const { orchestrator } = setup(scriptedProvider(), { store })
    const inputs = manyCalls(20).map((input, index) => (index === 7 ? { ...input, scriptId: 'poison' } : input))
    const results = await Promise.allSettled(inputs.map((input) => orchestrator.enqueue(input)))
    expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([7])
    expect((await orchestrator.list()).total).toBe(19)
  })

  it('all hear of a database that is away', async () => {
    const store = new CountingStore()
    const { orchestrator } = setup(scriptedProvider(), { store })
    await orchestrator.ping()
    store.isAway = true
    const results = await Promise.allSettled(manyCalls(3).map((input) => orchestrator.enqueue(input)))
    expect(results).toMatchObject(Array.from({ length: 3 }, () => ({ status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } })))
  })

  it('come alone with an idempotency key, so that none waits for the bearer of another’s', async () => {
    const store = new CountingStore()
    const { orchestrator } = setup(scriptedProvider(), { store })
    await Promise.all(manyCalls(3).map((input, index) => orchestrator.enqueue({ ...input, idempotencyKey: `key-${index}` })))
    expect(store.commits).toEqual([1, 1, 1])
  })
})
