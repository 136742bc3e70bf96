import { StoreUnavailableError, type TurnResult } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import { describe, expect, it } from 'vitest'
import { accepted, scriptedProvider, setup, typesOf, until } from './setup.ts'

const call = { to: '+12025550123', scriptId: 'welcome' }
const completed = { kind: 'ended', outcome: 'completed' } as const

/** A database whose turns a test can make fail. */
class StormyStore extends SqliteStore {
  /** What becomes of the next turns that carry writes; `answer-lost`: written, but nobody hears of it. */
  storm: 'calm' | 'away' | 'answer-lost' | 'poisoned' = 'calm'
  /** The attempt that the database cannot write. */
  poison: string | null = null
  /** Turns that carried writes. */
  turns = 0

  constructor() {
    super({ file: ':memory:' })
  }

  override async commitTurn(turn: Parameters<SqliteStore['commitTurn']>[0]): Promise<TurnResult> {
    if (this.storm === 'away') throw new StoreUnavailableError('The database is away.')
    if (turn.writes.length > 0) this.turns += 1
    const isPoisoned = turn.writes.some(({ attemptId }) => this.storm === 'poisoned' || attemptId === this.poison)
    if (isPoisoned) throw new Error('The database cannot take this.')
    const result = await super.commitTurn(turn)
    if (this.storm !== 'answer-lost' || turn.writes.length === 0) return result
    this.storm = 'calm'
    throw new StoreUnavailableError('The connection was cut.', { isCommitUnknown: true })
  }
}

async function aLiveCall(options: Parameters<typeof setup>[1] = {}) {
  const store = new StormyStore()
  const bundle = setup(scriptedProvider(), { store, ...options })
  await bundle.orchestrator.start()
  const { call: enqueued } = await bundle.orchestrator.enqueue(call)
  await until(() => bundle.events.some(({ type }) => type === 'attempt.placed'))
  return { ...bundle, store, callId: enqueued.id, attemptId: `${enqueued.id}.1` }
}

describe('while the database is away', () => {
  it('a webhook is refused in time, and written all the same when the database is back', async () => {
    const { orchestrator, store, tell, attemptId, callId } = await aLiveCall()
    store.storm = 'away'
    const told = tell({ attemptId, state: completed })
    await new Promise((resolve) => setTimeout(resolve, 50))
    store.storm = 'calm'
    expect(await told).toBe(200)
    expect(await orchestrator.get(callId)).toMatchObject({ status: 'COMPLETED' })
  })

  it('a stop ends, and leaves the rest to others', async () => {
    const { orchestrator, store, tell, attemptId } = await aLiveCall()
    store.storm = 'away'
    const told = tell({ attemptId, state: completed })
    await orchestrator.stop({ graceMs: 0 })
    expect(await told).toBe(503)
  })

  it('nothing is dialed whose claim was not clearly committed; it is put back and dialed later', async () => {
    const store = new StormyStore()
    const provider = scriptedProvider()
    const { orchestrator } = setup(provider, { store })
    await orchestrator.start()
    store.storm = 'away'
    await orchestrator.enqueue(call)
    expect(provider.dials).toEqual([])
    store.storm = 'calm'
    await until(() => provider.dials.length === 1)
  })
})

describe('a commit whose answer was lost', () => {
  it('is recognised when it was made, and told exactly once', async () => {
    const { store, tell, events, attemptId, orchestrator, callId } = await aLiveCall()
    store.storm = 'answer-lost'
    expect(await tell({ attemptId, state: completed })).toBe(200)
    expect(await orchestrator.get(callId)).toMatchObject({ status: 'COMPLETED' })
    expect(typesOf(events).filter((type) => type === 'call.completed' || type === 'attempt.ended')).toEqual([
      'attempt.ended',
      'call.completed',
    ])
  })
})

describe('a piece that the database cannot take', () => {
  it('fails alone, and the process goes on', async () => {
    const { store, tell, attemptId, orchestrator, callId } = await aLiveCall()
    store.storm = 'poisoned'
    expect(await tell({ attemptId, state: completed })).toBe(503)
    store.storm = 'calm'
    expect(await tell({ attemptId, state: completed })).toBe(200)
    expect(await orchestrator.get(callId)).toMatchObject({ status: 'COMPLETED' })
  })

  it('is found in a few turns: no other of two hundred waits for more', async () => {
    const { orchestrator, store, events, tell } = await aLiveCall({ concurrency: 200 })
    await orchestrator.enqueueMany(Array.from({ length: 199 }, (_, index) => ({ ...call, to: `+1202555${1_000 + index}` })))
    await until(() => typesOf(events).filter((type) => type === 'attempt.placed').length === 200)
    const attemptIds = events.flatMap((event) => (event.type === 'attempt.placed' ? [event.attempt.attemptId] : []))
    const [poison = ''] = attemptIds.slice(77)
    Object.assign(store, { poison, turns: 0 })
    const statuses = await Promise.all(attemptIds.map((attemptId) => tell({ attemptId, state: completed })))
    expect(attemptIds.filter((_, index) => statuses[index] !== 200)).toEqual([poison])
    expect(store.turns).toBeLessThanOrEqual(20)
  })

  it('does not stall a process that only takes webhooks, though the database had been away just before', async () => {
    const store = new StormyStore()
    const { tell, orchestrator } = setup(scriptedProvider(), { store })
    await orchestrator.enqueue(call)
    store.storm = 'away'
    const first = tell({ providerCallIds: ['stranger-1'], state: completed })
    store.storm = 'calm'
    expect(await first).toBe(200)
    expect(await tell({ providerCallIds: ['stranger-2'], state: completed })).toBe(200)
  })
})

describe('a host that misbehaves', () => {
  const broken = () => {
    throw new Error('disk full')
  }

  it('with a logger that throws is served all the same', async () => {
    const logger = { debug: broken, info: broken, warn: broken, error: broken }
    const { tell, attemptId, orchestrator, callId } = await aLiveCall({ logger })
    expect(await tell({ attemptId, state: completed })).toBe(200)
    expect(await orchestrator.get(callId)).toMatchObject({ status: 'COMPLETED' })
  })

  it('with a provider that throws at once, answers nonsense or cannot hang up, is left in doubt about one call only', async () => {
    const provider = scriptedProvider(() => ({ kind: 'perhaps' }) as never, { hangUp: broken })
    const { orchestrator, events } = setup(provider)
    await orchestrator.start()
    await orchestrator.enqueue(call)
    await until(() => events.some(({ type }) => type === 'attempt.unconfirmed'))
    Object.assign(provider, { place: broken })
    await orchestrator.enqueue({ ...call, to: '+12025550199' })
    await until(() => typesOf(events).filter((type) => type === 'attempt.unconfirmed').length === 2)
  })

  it('that postpones to the end of time is told so, and the call waits a minute', async () => {
    const { orchestrator, events } = setup(scriptedProvider(accepted), { beforeDial: () => ({ postponeMs: 1e300, reason: 'never' }) })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    await until(() => events.some(({ type }) => type === 'call.postponed'))
    expect(await orchestrator.get(enqueued.id)).toMatchObject({ status: 'PENDING', attempts: 0 })
  })
})

describe('after a stop', () => {
  it.each(['before it was used', 'after it was used'])('%s, nothing is opened, started or taken any more', async (when) => {
    const { orchestrator } = setup()
    if (when === 'after it was used') await orchestrator.enqueue(call)
    await orchestrator.stop()
    await expect(orchestrator.enqueue(call)).rejects.toMatchObject({ code: 'STOPPED' })
    await expect(orchestrator.start()).rejects.toMatchObject({ code: 'STOPPED' })
  })
})

describe('a webhook whose URL and body name different attempts', () => {
  it('stays parked: no later look believes the body alone', async () => {
    const provider = scriptedProvider()
    const urls: string[] = []
    const { place } = provider
    Object.assign(provider, {
      place: (...args: Parameters<typeof place>) => {
        urls.push(args[1].webhookUrl() ?? '')
        return place(...args)
      },
    })
    const { orchestrator, events } = setup(provider)
    await orchestrator.start()
    await orchestrator.enqueueMany([call, { ...call, to: '+12025550199' }])
    await until(() => typesOf(events).filter((type) => type === 'attempt.placed').length === 2)
    const second = provider.dials[1]?.attemptId
    const rawBody = JSON.stringify([{ eventId: 'e-1', at: null, attemptId: second, state: completed }])
    await orchestrator.handleWebhook({ method: 'POST', url: urls[0] ?? '', headers: {}, rawBody })
    expect(events.at(-1)).toMatchObject({ type: 'webhook.parked', reason: 'conflict' })
    await orchestrator.enqueue({ ...call, to: '+12025550188' })
    await until(() => typesOf(events).filter((type) => type === 'attempt.placed').length === 3)
    expect((await orchestrator.metrics()).store).toMatchObject({ parkedWebhooks: 1, live: 3 })
  })
})
