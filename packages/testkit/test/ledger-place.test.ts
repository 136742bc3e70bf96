import { describe, expect, it } from 'vitest'
import { createLedger, doubleRings, type PlaceMode, placeModes } from '../src/ledger/index.ts'
import { dial, dialInVain, ended, json } from './ledger-caller.ts'

const answers: readonly { readonly mode: PlaceMode; readonly answered: object; readonly rings: number }[] = [
  { mode: 'normal', answered: { status: 201 }, rings: 1 },
  { mode: 'slow', answered: { status: 201 }, rings: 1 },
  { mode: 'nonsense', answered: { status: 200 }, rings: 1 },
  { mode: 'ringThenError', answered: { status: 503 }, rings: 1 },
  { mode: 'ringThenReset', answered: { failed: 'ECONNRESET' }, rings: 1 },
  { mode: 'error', answered: { status: 503 }, rings: 0 },
  { mode: 'reset', answered: { failed: 'ECONNRESET' }, rings: 0 },
  { mode: 'redirect', answered: { status: 307 }, rings: 0 },
  { mode: 'throttle', answered: { status: 429, retryAfter: '7' }, rings: 0 },
  { mode: 'blocked', answered: { status: 402 }, rings: 0 },
  { mode: 'reject', answered: { status: 422 }, rings: 0 },
]

describe('a POST to a ring ledger', () => {
  it('rings and is answered with the id of the call', async () => {
    await using ledger = await createLedger()
    const response = await dial(ledger.url, { attemptId: 'call-1.1', to: '+12025550123' })
    expect(response.status).toBe(201)
    const { providerCallId } = await json(response)
    const { posts, rings } = await ledger.report()
    expect(posts).toMatchObject([{ key: 'call-1.1', callId: 'call-1', to: '+12025550123', answer: 'normal' }])
    expect(rings).toMatchObject([{ key: 'call-1.1', attemptId: 'call-1.1', callId: 'call-1', providerCallId }])
  })

  it.each(answers)('in mode $mode is answered with $answered and has rung $rings times', async ({ mode, answered, rings }) => {
    await using ledger = await createLedger({ mode, retryAfterSec: 7, slowMs: 20 })
    expect(await answerOf(dial(ledger.url))).toEqual(answered)
    expect((await ledger.report()).rings).toHaveLength(rings)
    expect((await ledger.report()).posts).toMatchObject([{ answer: mode }])
  })

  it.each(['ringThenHang', 'hang'] as const)('in mode %s is never answered', async (mode) => {
    await using ledger = await createLedger({ mode })
    expect(await dialInVain(ledger)).toMatchObject({ message: 'no answer' })
    expect((await ledger.report()).rings).toHaveLength(placeModes[mode].rings ? 1 : 0)
  })

  it('is answered with the id of the call before its body is cut', async () => {
    await using ledger = await createLedger({ mode: 'cutBody' })
    const response = await dial(ledger.url)
    expect(response.status).toBe(201)
    await expect(response.text()).rejects.toThrow('terminated')
    expect((await ledger.report()).rings).toHaveLength(1)
  })

  it('that follows the redirect rings', async () => {
    await using ledger = await createLedger({ mode: 'redirect' })
    const { headers } = await dial(ledger.url)
    const followed = await fetch(new URL(headers.get('location') ?? '', ledger.url), { method: 'POST', body: '{"to":"+12025550123"}' })
    expect(followed.status).toBe(201)
    expect((await ledger.report()).rings).toHaveLength(1)
  })

  it('is throttled without Retry-After where none is set', async () => {
    await using ledger = await createLedger({ mode: 'throttle' })
    expect((await dial(ledger.url)).headers.has('retry-after')).toBe(false)
  })

  it('beyond the limit of live calls is throttled, and rings again once a call has ended', async () => {
    await using ledger = await createLedger({ maxConcurrent: 2, durationMs: 60_000 })
    const first = await json(dial(ledger.url, { attemptId: 'a.1' }))
    expect((await dial(ledger.url, { attemptId: 'b.1' })).status).toBe(201)
    expect((await dial(ledger.url, { attemptId: 'c.1' })).status).toBe(429)
    await fetch(`${ledger.url}/calls/${first['providerCallId']}/cancel`, { method: 'POST' })
    expect((await dial(ledger.url, { attemptId: 'c.2' })).status).toBe(201)
    expect(await ledger.maxLive()).toBe(2)
  })

  it('without the API key is refused and not counted', async () => {
    await using ledger = await createLedger({ apiKey: 'secret' })
    expect((await dial(ledger.url)).status).toBe(401)
    expect((await ledger.report()).posts).toEqual([])
    const allowed = await fetch(`${ledger.url}/calls`, { method: 'POST', headers: { authorization: 'Bearer secret' }, body: '{"to":"+1"}' })
    expect(allowed.status).toBe(201)
  })

  it.each(['', 'nonsense', 'null', '[]', '{}', '{"to":7}', '{"to":"+1","callbackUrl":"nowhere"}'])(
    'that reads %j is a 400',
    async (body) => {
      await using ledger = await createLedger()
      const response = await fetch(`${ledger.url}/calls`, { method: 'POST', body })
      expect(response.status).toBe(400)
      expect((await ledger.report()).posts).toEqual([])
    },
  )

  it('larger than a megabyte is a 413', async () => {
    await using ledger = await createLedger()
    const response = await fetch(`${ledger.url}/calls`, { method: 'POST', body: 'x'.repeat(1_100_000) })
    expect(response.status).toBe(413)
  })
})

describe('a repeated Idempotency-Key', () => {
  it('rings again where the ledger knows no keys', async () => {
    await using ledger = await createLedger()
    await dial(ledger.url)
    await dial(ledger.url)
    expect(doubleRings(await ledger.report())).toMatchObject([{ key: 'call-1.1', rings: [{}, {}] }])
  })

  it('reaches the same call where the ledger knows keys, even while the first is on its way', async () => {
    await using ledger = await createLedger({ dedupe: true })
    const [one, other] = await Promise.all([dial(ledger.url), dial(ledger.url)])
    expect([one.status, other.status].sort()).toEqual([200, 201])
    expect((await json(one))['providerCallId']).toBe((await json(other))['providerCallId'])
    expect((await ledger.report()).rings).toHaveLength(1)
    expect((await ledger.report()).posts).toHaveLength(2)
  })

  it('answers with the call that rang before its answer was lost', async () => {
    await using ledger = await createLedger({ dedupe: true, mode: 'ringThenHang' })
    await dialInVain(ledger)
    await ledger.switchTo({ mode: 'normal' })
    const { providerCallId } = await json(dial(ledger.url))
    expect((await ledger.report()).rings).toMatchObject([{ providerCallId }])
  })

  it('with another body is a 422 and rings nothing', async () => {
    await using ledger = await createLedger({ dedupe: true })
    await dial(ledger.url, { to: '+12025550123' })
    expect((await dial(ledger.url, { to: '+12025550124' })).status).toBe(422)
    const { posts, rings } = await ledger.report()
    expect(posts.map(({ answer }) => answer)).toEqual(['normal', 'mismatch'])
    expect(rings).toHaveLength(1)
  })

  it('rings again past the window', async () => {
    await using ledger = await createLedger({ dedupe: true, dedupeWindowMs: 0 })
    await dial(ledger.url)
    expect((await dial(ledger.url)).status).toBe(201)
    expect(await ledger.doubleRings()).toHaveLength(1)
  })

  it('can be throttled although its first POST rang', async () => {
    await using ledger = await createLedger({ dedupe: true })
    await dial(ledger.url)
    await ledger.switchTo({ mode: 'throttle' })
    expect((await dial(ledger.url)).status).toBe(429)
    expect((await ledger.report()).rings).toHaveLength(1)
  })
})

describe('faults by share', () => {
  it('strike the same attempts whatever the order in which they come', async () => {
    const attempts = Array.from({ length: 200 }, (_, index) => `call-${index}.1`)
    const faults = { throttle: 0.2, ringThenError: 0.2, redirect: 0.1 }
    const [forth, back] = await Promise.all([attempts, attempts.toReversed()].map((order) => answersTo(order, faults)))
    expect(forth).toEqual(back)
    const struck = [...(forth ?? new Map()).values()].filter((answer) => answer !== 'normal')
    expect(struck.length).toBeGreaterThan(60)
    expect(struck.length).toBeLessThan(140)
  })

  it('are drawn anew when the same attempt comes again', async () => {
    await using ledger = await createLedger({ faults: { error: 0.5 } })
    for (let tries = 0; tries < 30; tries++) await dial(ledger.url)
    expect(new Set((await ledger.report()).posts.map(({ answer }) => answer))).toEqual(new Set(['normal', 'error']))
  })

  it('follow another seed otherwise', async () => {
    const attempts = Array.from({ length: 50 }, (_, index) => `call-${index}.1`)
    const [one, other] = await Promise.all([answersTo(attempts, { error: 0.5 }, 'one'), answersTo(attempts, { error: 0.5 }, 'other')])
    expect(one).not.toEqual(other)
  })
})

describe('the length of a call', () => {
  it('is cut by maxDurationSec of the request', async () => {
    await using ledger = await createLedger({ ringMs: 0, durationMs: 3_600_000 })
    await dial(ledger.url, { maxDurationSec: 0.02 })
    await ended(ledger, 1)
    expect((await ledger.report()).rings).toMatchObject([{ end: { status: 'COMPLETED' } }])
  })

  it('follows the weights of the outcomes', async () => {
    await using ledger = await createLedger({ outcomes: { BUSY: 1, COMPLETED: 3 } })
    await Promise.all(Array.from({ length: 200 }, (_, index) => dial(ledger.url, { attemptId: `call-${index}.1` })))
    await ended(ledger, 200)
    const { ends } = await ledger.summary()
    expect(ends.BUSY).toBeGreaterThan(25)
    expect(ends.BUSY).toBeLessThan(75)
    expect((ends.BUSY ?? 0) + (ends.COMPLETED ?? 0)).toBe(200)
  })
})

async function answerOf(request: Promise<Response>): Promise<object> {
  try {
    const { status, headers } = await request
    const retryAfter = headers.get('retry-after')
    return retryAfter === null ? { status } : { status, retryAfter }
  } catch (error) {
    return { failed: ((error as Error).cause as { readonly code: string }).code }
  }
}

async function answersTo(attempts: readonly string[], faults: object, seed = 'ledger'): Promise<ReadonlyMap<string | null, string>> {
  await using ledger = await createLedger({ faults, seed })
  await Promise.all(attempts.map((attemptId) => dial(ledger.url, { attemptId })))
  const { posts } = await ledger.report()
  return new Map(posts.map(({ key, answer }) => [key, answer] as const).sort(([one], [other]) => String(one).localeCompare(String(other))))
}
