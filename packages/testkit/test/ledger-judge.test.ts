import { describe, expect, it } from 'vitest'
import {
  createLedger,
  doubleRings,
  endsByStatus,
  liveNow,
  maxLive,
  overlappingCalls,
  postsByCall,
  type Ring,
  ringsByKey,
} from '../src/ledger/index.ts'
import { dial, ended, json } from './ledger-caller.ts'

describe('the judge of a ring ledger', () => {
  it('finds an attempt that rang twice, and lets a retry under another key pass', async () => {
    await using ledger = await createLedger()
    for (const attemptId of ['call-1.1', 'call-2.1', 'call-2.1', 'call-1.2']) {
      await dial(ledger.url, { attemptId })
      await ended(ledger, (await ledger.summary()).rings)
    }
    const report = await ledger.report()
    expect(doubleRings(report).map(({ key, rings }) => [key, rings.length])).toEqual([['call-2.1', 2]])
    expect(ringsByKey(report)).toEqual(
      new Map([
        ['call-1.1', 1],
        ['call-2.1', 2],
        ['call-1.2', 1],
      ]),
    )
    expect(await ledger.doubleRings()).toEqual(doubleRings(report))
    expect(overlappingCalls(report)).toEqual([])
  })

  it('finds a call that rang while it was live', async () => {
    await using ledger = await createLedger({ durationMs: 60_000 })
    const first = await json(dial(ledger.url, { attemptId: 'call-1.1' }))
    const second = await json(dial(ledger.url, { attemptId: 'call-1.2' }))
    await dial(ledger.url, { attemptId: 'call-2.1' })
    expect(await ledger.overlappingCalls()).toMatchObject([
      { callId: 'call-1', first: { providerCallId: first['providerCallId'] }, second: { providerCallId: second['providerCallId'] } },
    ])
    expect(doubleRings(await ledger.report())).toEqual([])
  })

  it('measures a new ring against the earlier one that lasts longest', () => {
    const rings = [ring({ order: 1, end: 10 }), ring({ order: 2, end: 3 }), ring({ order: 4, end: 5 })]
    expect(overlappingCalls({ posts: [], rings }).map(({ first, second }) => [first.order, second.order])).toEqual([
      [1, 2],
      [1, 4],
    ])
  })

  it('lets a call ring again as soon as it has ended, within one millisecond', () => {
    const rings = [ring({ order: 1, end: 2 }), ring({ order: 3, end: null })]
    expect(overlappingCalls({ posts: [], rings })).toEqual([])
    expect(maxLive({ posts: [], rings })).toBe(1)
    expect(liveNow({ posts: [], rings })).toBe(1)
  })

  it('counts the highest number of live calls, not the last', async () => {
    await using ledger = await createLedger({ ringMs: 0, durationMs: 60_000 })
    const calls = await Promise.all(['a', 'b', 'c'].map((callId) => json(dial(ledger.url, { attemptId: `${callId}.1` }))))
    for (const { providerCallId } of calls) await fetch(`${ledger.url}/calls/${providerCallId}/cancel`, { method: 'POST' })
    await dial(ledger.url, { attemptId: 'd.1' })
    const report = await ledger.report()
    expect(maxLive(report)).toBe(3)
    expect(await ledger.maxLive()).toBe(3)
    expect(liveNow(report)).toBe(1)
    expect(endsByStatus(report)).toEqual(new Map([['CANCELED', 3]]))
    expect(await ledger.summary()).toMatchObject({ posts: 4, rings: 4, live: 1, maxLive: 3, ends: { CANCELED: 3 } })
  })

  it('has the POSTs of each call with their times, those that rang nothing included', async () => {
    await using ledger = await createLedger({ mode: 'throttle' })
    const before = Date.now()
    await dial(ledger.url, { attemptId: 'call-1.1' })
    await ledger.switchTo({ mode: 'normal' })
    await dial(ledger.url, { attemptId: 'call-1.2' })
    const posts = postsByCall(await ledger.report()).get('call-1') ?? []
    expect(posts.map(({ key, answer }) => [key, answer])).toEqual([
      ['call-1.1', 'throttle'],
      ['call-1.2', 'normal'],
    ])
    const times = [before, ...posts.map(({ at }) => at), Date.now()]
    expect(times).toEqual(times.toSorted((one, other) => one - other))
  })

  it('cannot judge a ring that nobody named', async () => {
    await using ledger = await createLedger({ durationMs: 60_000 })
    for (const _ of [1, 2]) await fetch(`${ledger.url}/calls`, { method: 'POST', body: '{"to":"+12025550123"}' })
    const report = await ledger.report()
    expect(report.rings).toHaveLength(2)
    expect(doubleRings(report)).toEqual([])
    expect(overlappingCalls(report)).toEqual([])
    expect(maxLive(report)).toBe(2)
  })
})

function ring({ order, end }: { readonly order: number; readonly end: number | null }): Ring {
  return {
    key: `call-1.${order}`,
    attemptId: `call-1.${order}`,
    callId: 'call-1',
    to: '+12025550123',
    providerCallId: `call_${order}`,
    at: 1_000,
    order,
    end: end === null ? null : { at: 1_000, order: end, status: 'COMPLETED' },
  }
}
