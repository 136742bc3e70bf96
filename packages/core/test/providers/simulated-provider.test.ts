import { describe, expect, test } from 'vitest'
import type { WebhookReply } from '../../src/ports/provider.ts'
import type { SimulatedProviderOptions } from '../../src/providers/simulated-provider-options.ts'
import { callContext, placedAttempt, secret } from './dial-fixtures.ts'
import { dialTo, eventually, simulator } from './simulated-setup.ts'

const plainNumber = '0100'

describe('a simulated call', () => {
  test('rings, is answered and completes, by webhooks of the generic protocol', async () => {
    const now = new Date('2026-03-01T10:00:00Z')
    const { provider, webhooks, bodies, statuses } = simulator({ durationMs: 1_900, now: () => now })
    const accepted = await provider.place(dialTo(plainNumber), callContext())
    if (accepted.kind !== 'accepted') return expect.unreachable(accepted.kind)
    await eventually(() => expect(statuses()).toEqual(['RINGING', 'IN_PROGRESS', 'COMPLETED']))
    expect(bodies()[2]).toEqual({
      eventId: `${accepted.providerCallId}:COMPLETED`,
      providerCallId: accepted.providerCallId,
      attemptId: 'c.1',
      callId: 'c',
      status: 'COMPLETED',
      completedAt: now.toISOString(),
      durationSec: 2,
    })
    expect(webhooks[0]).toMatchObject({ method: 'POST', url: callContext().webhookUrl(), hook: null })
    expect(webhooks.map((webhook) => provider.webhook(webhook).kind)).toEqual(['events', 'events', 'events'])
  })

  test.each([
    ['0001', ['RINGING', 'NO_ANSWER']],
    ['0002', ['BUSY']],
    ['0005', ['RINGING', 'IN_PROGRESS', 'VOICEMAIL']],
  ])('to …%s says %j whatever the weights', async (digits, expected) => {
    const { provider, statuses } = simulator({ outcomes: { failed: 1 } })
    expect(await provider.place(dialTo(digits), callContext())).toMatchObject({ kind: 'accepted' })
    await eventually(() => expect(statuses()).toEqual(expected))
  })

  test('to …0003 is rejected in answer to the dial', async () => {
    const { provider, webhooks } = simulator()
    expect(await provider.place(dialTo('0003'), callContext())).toEqual({
      kind: 'rejected',
      code: 'NUMBER_REJECTED',
      message: 'The simulated platform refuses this number.',
    })
    expect(webhooks).toEqual([])
  })

  test('to …0004 fails in attempts 1 and 2 and completes in the third', async () => {
    const { provider, bodies } = simulator()
    for (const number of [1, 2, 3]) await provider.place(dialTo('0004', number), callContext())
    const ends = () => bodies().filter(({ completedAt }) => completedAt)
    await eventually(() => expect(ends()).toHaveLength(3))
    const endings = Object.fromEntries(ends().map(({ attemptId, status }) => [attemptId, status]))
    expect(endings).toEqual({ 'c.1': 'FAILED', 'c.2': 'FAILED', 'c.3': 'COMPLETED' })
  })

  test('to …0006 never answers the dial, though the phone rings and the webhooks come', async () => {
    const { provider, statuses } = simulator()
    const deadline = new AbortController()
    const placed = provider.place(dialTo('0006'), callContext({ signal: deadline.signal }))
    await eventually(() => expect(statuses()).toEqual(['RINGING', 'IN_PROGRESS', 'COMPLETED']))
    deadline.abort()
    expect(await placed).toEqual({ kind: 'unknown', message: 'The simulated platform did not answer.' })
    expect(await provider.find(placedAttempt({ attemptId: 'c.1', providerCallId: null }))).toMatchObject({ kind: 'found' })
  })

  test('to …0007 completes and says so only when it is asked', async () => {
    const { provider, webhooks } = simulator()
    const accepted = await provider.place(dialTo('0007'), callContext())
    if (accepted.kind !== 'accepted' || accepted.providerCallId === null) return expect.unreachable(accepted.kind)
    const attempt = { ...placedAttempt(), providerCallId: accepted.providerCallId }
    await eventually(async () => expect(await provider.get(attempt)).toMatchObject({ state: { kind: 'ended', outcome: 'completed' } }))
    expect(webhooks).toEqual([])
  })

  test('to …0008 sends each webhook twice, and all before the dial is answered', async () => {
    const { provider, statuses, bodies } = simulator({ durationMs: 60_000 })
    expect(await provider.place(dialTo('0008'), callContext())).toMatchObject({ kind: 'accepted' })
    expect(statuses()).toEqual(['RINGING', 'RINGING', 'IN_PROGRESS', 'IN_PROGRESS', 'COMPLETED', 'COMPLETED'])
    expect(new Set(bodies().map(({ eventId }) => eventId)).size).toBe(3)
  })

  test('to …0008 does not hold the dial beyond its deadline', async () => {
    const { provider } = simulator({}, () => new Promise<WebhookReply>(() => undefined))
    expect((await provider.place(dialTo('0008'), callContext({ signal: AbortSignal.timeout(20) }))).kind).toBe('unknown')
  })

  test('to …0009 is throttled once', async () => {
    const { provider, statuses } = simulator()
    expect(await provider.place(dialTo('0009'), callContext())).toMatchObject({ kind: 'throttled', retryAfterMs: 1_000 })
    expect(await provider.place(dialTo('0009', 2), callContext())).toMatchObject({ kind: 'accepted' })
    await eventually(() => expect(statuses()).toContain('COMPLETED'))
  })

  test('that is dialed again under the same attempt is the same call', async () => {
    const { provider, statuses } = simulator()
    const first = await provider.place(dialTo(plainNumber), callContext())
    expect(await provider.place(dialTo(plainNumber), callContext())).toEqual(first)
    await eventually(() => expect(statuses()).toContain('COMPLETED'))
    expect(await provider.place(dialTo(plainNumber), callContext())).toEqual(first)
    expect(statuses()).toEqual(['RINGING', 'IN_PROGRESS', 'COMPLETED'])
  })
})

describe('chance', () => {
  async function endingsOf(seed: number, order: 'forwards' | 'backwards') {
    const { provider, bodies } = simulator({
      seed,
      answerDelayMs: { min: 0, max: 5 },
      outcomes: { completed: 3, busy: 1, failed: 1, 'no-answer': 1 },
    })
    const dials = Array.from({ length: 60 }, (_, index) => dialTo(plainNumber, 1, `call-${index}`))
    for (const dial of order === 'forwards' ? dials : dials.reverse()) await provider.place(dial, callContext())
    const ends = () => bodies().filter(({ completedAt }) => completedAt)
    await eventually(() => expect(ends()).toHaveLength(60))
    return new Map(ends().map(({ attemptId, status }): [string, string] => [attemptId, status]))
  }

  test('follows from the seed and the attempt, not from the order of dials', async () => {
    const first = await endingsOf(7, 'forwards')
    expect(await endingsOf(7, 'backwards')).toEqual(first)
    expect(await endingsOf(8, 'forwards')).not.toEqual(first)
    expect(new Set(first.values())).toEqual(new Set(['COMPLETED', 'BUSY', 'FAILED', 'NO_ANSWER']))
  })

  test('keeps to the weights', async () => {
    const { provider } = simulator({ outcomes: { rejected: 1, completed: 3 }, durationMs: 100_000 })
    const results = await Promise.all(
      Array.from({ length: 2_000 }, (_, index) => provider.place(dialTo(plainNumber, 1, `call-${index}`), callContext())),
    )
    const rejected = results.filter(({ kind }) => kind === 'rejected').length
    expect(rejected).toBeGreaterThan(400)
    expect(rejected).toBeLessThan(600)
  })
})

describe('the webhooks of a simulator', () => {
  test('are sent again while the answer is 5xx or none, and only then', async () => {
    let failures = 2
    const { provider, statuses } = simulator({}, () => {
      if (failures === 0) return { status: 401 }
      failures -= 1
      if (failures === 0) throw new Error('no answer')
      return { status: 503 }
    })
    await provider.place(dialTo('0002'), callContext())
    await eventually(() => expect(statuses()).toEqual(['BUSY', 'BUSY', 'BUSY']))
  })

  test('are signed where there are secrets, and unsigned ones are refused then', async () => {
    const now = new Date('2026-03-01T10:00:00Z')
    const { provider, webhooks } = simulator({ webhookSecrets: [secret], now: () => now })
    await provider.place(dialTo('0002'), callContext())
    await eventually(() => expect(webhooks).toHaveLength(1))
    const [webhook] = webhooks
    if (webhook === undefined) return expect.unreachable('No webhook came.')
    expect(provider.webhook(webhook).kind).toBe('events')
    expect(provider.webhook({ ...webhook, headers: {} }).kind).toBe('unauthenticated')
    expect(provider.webhook({ ...webhook, rawBody: Buffer.from('{') }).kind).toBe('unauthenticated')
  })

  test('that come over HTTP are read like any of the generic protocol', () => {
    const { provider } = simulator()
    const rawBody = Buffer.from('{"callId":"c","status":"no-answer"}')
    expect(provider.webhook({ method: 'POST', url: 'http://x/', hook: null, headers: {}, rawBody })).toMatchObject({
      events: [{ callId: 'c', state: { kind: 'ended', outcome: 'no-answer' } }],
    })
  })

  test('have somewhere to go even where the host has no public address', async () => {
    const { provider, webhooks } = simulator()
    await provider.place(dialTo('0002'), callContext({ webhookUrl: () => null }))
    await eventually(() => expect(webhooks[0]?.url).toBe('http://simulator.invalid/'))
  })
})

describe('options of a SimulatedProvider', () => {
  test.each([
    [{ duration: 5 }, 'new SimulatedProvider: unknown option "duration". Did you mean "durationMs"?'],
    [{ durationMs: -1 }, 'new SimulatedProvider: durationMs must be a number from 0 to 1000000000, got -1.'],
    [{ durationMs: { min: 5, max: 4 } }, 'new SimulatedProvider: durationMs must be a number from 5 to 1000000000, got 4.'],
    [{ outcomes: { complete: 1 } }, 'new SimulatedProvider, outcomes: unknown option "complete". Did you mean "completed"?'],
    [{ outcomes: { completed: 0 } }, 'new SimulatedProvider: outcomes must give one ending a weight above 0.'],
    [{ outcomes: { busy: -1 } }, 'new SimulatedProvider: outcomes.busy must be a number of at least 0, got -1.'],
    [{ seed: Number.NaN }, 'new SimulatedProvider: seed must be a number, got NaN.'],
  ])('such as %j are refused', (options, message) => {
    expect(() => simulator(options as SimulatedProviderOptions)).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_INVALID', message }),
    )
  })
})
