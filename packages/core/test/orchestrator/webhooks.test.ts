import { ManualClock } from '@ebra/core/testing'
import { SqliteStore } from '@ebra/store-sqlite'
import { describe, expect, it } from 'vitest'
import { accepted, scriptedProvider, setup, typesOf, until } from './setup.ts'

const call = { to: '+12025550123', scriptId: 'welcome' }
const completed = { kind: 'ended', outcome: 'completed' } as const

async function aLiveCall(options: Parameters<typeof setup>[1] = {}, provider = scriptedProvider()) {
  const bundle = setup(provider, options)
  await bundle.orchestrator.start()
  const { call: enqueued } = await bundle.orchestrator.enqueue(call)
  await until(() => bundle.events.some(({ type }) => type === 'attempt.placed'))
  return { ...bundle, provider, callId: enqueued.id, attemptId: `${enqueued.id}.1` }
}

describe('a webhook', () => {
  it('for a call that nobody knows is parked, and makes no call', async () => {
    const { orchestrator, events, tell } = setup()
    expect(await tell({ providerCallIds: ['stranger'], state: completed })).toBe(200)
    expect(typesOf(events)).toEqual(['webhook.received', 'webhook.parked'])
    expect((await orchestrator.metrics()).store.parkedWebhooks).toBe(1)
    expect((await orchestrator.list()).total).toBe(0)
  })

  it('that names the provider’s id before we know it is applied once we do', async () => {
    let answer = () => {}
    const provider = scriptedProvider(async (request) => {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      return accepted(request)
    })
    const { orchestrator, tell } = setup(provider)
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    await until(() => provider.dials.length === 1)
    expect(await tell({ providerCallIds: [`p-${enqueued.id}.1`], state: completed })).toBe(200)
    expect(await orchestrator.get(enqueued.id)).toMatchObject({ status: 'IN_PROGRESS' })
    answer()
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'COMPLETED' })
    await until(async () => (await orchestrator.metrics()).store.parkedWebhooks === 0)
  })

  it('that another process parks while we record the id, neither seeing the other, is found by our next turn', async () => {
    const store = new SqliteStore({ file: ':memory:' })
    const commitTurn = store.commitTurn.bind(store)
    store.commitTurn = async (turn) => {
      const result = await commitTurn(turn)
      const providerCallIds = turn.writes.flatMap(({ next }) => (next.status === 'LIVE' ? (next.providerCallId ?? []) : []))
      if (providerCallIds.length === 0) return result
      const event = { eventId: 'unseen', at: null, providerCallIds, state: completed }
      const nothing = { writes: [], abandoned: [], seen: [], unparked: [], gates: [], expireDue: false, claim: null }
      await commitTurn({ ...nothing, by: { processId: 'another', number: 1 }, parked: [{ provider: 'scripted', event }] })
      return { ...result, mayJoin: false }
    }
    // On this clock the looks of every few seconds never come.
    const { orchestrator } = setup(scriptedProvider(), { store, clock: new ManualClock() })
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue(call)
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'COMPLETED' })
  })

  it('that comes twice, at once or later, is told once', async () => {
    const { callId, attemptId, tell, events, orchestrator } = await aLiveCall()
    const event = { eventId: 'same', attemptId, state: completed }
    expect(await Promise.all([tell(event), tell(event), tell({ ...event, eventId: 'other' })])).toEqual([200, 200, 200])
    expect(await tell(event)).toBe(200)
    expect(typesOf(events).filter((type) => type === 'call.completed')).toHaveLength(1)
    expect(await orchestrator.get(callId)).toMatchObject({ status: 'COMPLETED', attempts: 1 })
  })

  it('that is written in one turn with the end of a newer attempt does not tell that end again', async () => {
    const { callId, attemptId, tell, events } = await aLiveCall()
    await tell({ attemptId, state: { kind: 'ended', outcome: 'busy' } })
    await until(() => typesOf(events).filter((type) => type === 'attempt.placed').length === 2)
    await Promise.all([
      tell({ attemptId: `${callId}.2`, state: completed }),
      tell({ attemptId, state: { kind: 'details', details: { summary: 'late' } } }),
    ])
    expect(typesOf(events).slice(-5).toSorted()).toEqual([
      'attempt.ended',
      'attempt.refined',
      'call.completed',
      'webhook.received',
      'webhook.received',
    ])
  })

  it('whose names contradict one another is parked as a conflict', async () => {
    const { attemptId, tell, events, orchestrator, callId } = await aLiveCall()
    await tell({ attemptId, providerCallIds: ['another'], state: completed })
    expect(events.at(-1)).toMatchObject({ type: 'webhook.parked', reason: 'conflict' })
    expect(await orchestrator.get(callId)).toMatchObject({ status: 'IN_PROGRESS' })
  })

  it('that names only the call after a retry belongs to the attempt whose time spans it, or is ambiguous', async () => {
    const provider = scriptedProvider()
    const { callId, attemptId, tell, events, orchestrator } = await aLiveCall({}, provider)
    await tell({ attemptId, state: { kind: 'ended', outcome: 'busy' } })
    await until(() => typesOf(events).filter((type) => type === 'attempt.placed').length === 2)
    await tell({ callId, state: completed })
    expect(events.at(-1)).toMatchObject({ type: 'webhook.parked', reason: 'ambiguous' })
    await tell({ callId, at: new Date(Date.now() + 50), state: completed })
    expect(await orchestrator.get(callId)).toMatchObject({ status: 'COMPLETED', attempts: 2 })
  })

  it('may refine an ended call to voicemail, and never reopens it', async () => {
    const { attemptId, callId, tell, events, orchestrator } = await aLiveCall()
    await tell({ attemptId, state: completed })
    await tell({ attemptId, state: { kind: 'details', details: { summary: 'left a message' }, outcome: 'voicemail' } })
    await tell({ attemptId, state: { kind: 'live', phase: 'ringing' } })
    expect(await orchestrator.get(callId)).toMatchObject({ status: 'COMPLETED', outcome: 'voicemail' })
    expect(typesOf(events)).toContain('attempt.refined')
  })

  it('is believed by its URL only with the right tag', async () => {
    const urls: (string | null)[] = []
    const provider = scriptedProvider(accepted)
    const { place } = provider
    Object.assign(provider, {
      place: (...args: Parameters<typeof place>) => {
        urls.push(args[1].webhookUrl())
        return place(...args)
      },
    })
    const { callId, orchestrator } = await aLiveCall({ publicUrl: 'https://voice.example.com/hooks/' }, provider)
    const [url = ''] = urls
    expect(url).toMatch(new RegExp(`^https://voice\\.example\\.com/hooks/callbacks/scripted\\?attempt=${callId}\\.1&tag=[\\w-]{22}$`))
    const rawBody = (eventId: string) => JSON.stringify([{ eventId, at: null, state: completed }])
    const forged = url?.replace(/tag=./, (tag) => (tag.endsWith('A') ? 'tag=B' : 'tag=A')) ?? ''
    await orchestrator.handleWebhook({ method: 'POST', url: forged, headers: {}, rawBody: rawBody('e-1') })
    expect(await orchestrator.get(callId)).toMatchObject({ status: 'IN_PROGRESS' })
    await orchestrator.handleWebhook({ method: 'POST', url: url ?? '', headers: {}, rawBody: rawBody('e-2') })
    expect(await orchestrator.get(callId)).toMatchObject({ status: 'COMPLETED' })
  })

  it('of an unknown provider is answered 404, an unreadable one 400, a forged one 401, each as problem details', async () => {
    const { orchestrator, provider } = setup()
    const request = { method: 'POST', url: '/callbacks/x', headers: {}, rawBody: '[]' }
    expect(await orchestrator.handleWebhook({ ...request, provider: 'nobody' })).toMatchObject({ status: 404 })
    expect(await orchestrator.handleWebhook({ ...request, rawBody: '{' })).toMatchObject({ status: 400 })
    Object.assign(provider, { webhook: () => ({ kind: 'unauthenticated', message: 'bad signature' }) })
    const forged = await orchestrator.handleWebhook(request)
    expect(JSON.parse(String(forged.body))).toMatchObject({ status: 401, code: 'SIGNATURE_INVALID', detail: 'bad signature' })
  })
})
