import { describe, expect, it } from 'vitest'
import { createLedger, signatureHeaders, type WebhookOptions } from '../src/ledger/index.ts'
import { dial, ended, receiveWebhooks, until } from './ledger-caller.ts'

describe('webhooks of a ring ledger', () => {
  it('tell of the ring, the answer and the end, in order, to the callback URL with its query', async () => {
    await using host = await receiveWebhooks()
    await using ledger = await createLedger()
    await dial(ledger.url, { attemptId: 'call-1.1', callbackUrl: `${host.url}?attempt=call-1.1&tag=abc` })
    await until(() => host.received.length === 3)
    expect(host.received.map(({ path }) => path)).toEqual(Array(3).fill('/callbacks?attempt=call-1.1&tag=abc'))
    const [ring] = (await ledger.report()).rings
    const references = { providerCallId: ring?.providerCallId, attemptId: 'call-1.1', callId: 'call-1' }
    const eventId = expect.stringMatching(/^evt_[0-9a-f]{24}$/)
    expect(host.received.map(({ event }) => event)).toEqual([
      { ...references, eventId, status: 'RINGING' },
      { ...references, eventId, status: 'IN_PROGRESS' },
      { ...references, eventId, status: 'COMPLETED', completedAt: new Date(ring?.end?.at ?? 0).toISOString(), durationSec: 1 },
    ])
    expect(new Set(host.received.map(({ event }) => event.eventId)).size).toBe(3)
  })

  it('tell no duration of a call that nobody answered', async () => {
    const { events } = await told({}, { outcomes: { NO_ANSWER: 1 } })
    expect(events.map(({ status }) => status)).toEqual(['RINGING', 'NO_ANSWER'])
    expect(events[1]).not.toHaveProperty('durationSec')
  })

  it('say why a call failed', async () => {
    const { events } = await told({}, { outcomes: { FAILED: 1 } })
    expect(events[1]).toMatchObject({ status: 'FAILED', error: 'The network dropped the call.' })
  })

  it.each([
    ['all', ['providerCallId', 'attemptId', 'callId']],
    ['attemptId', ['attemptId']],
    ['callId', ['callId']],
    ['providerCallId', ['providerCallId']],
    ['none', []],
  ] as const)('that echo %s repeat %j', async (echo, references) => {
    const { events } = await told({ echo })
    const repeated = Object.keys(events[0] ?? {}).filter((key) => ['providerCallId', 'attemptId', 'callId'].includes(key))
    expect(repeated).toEqual(references)
  })

  it('tell the end alone where progress is off', async () => {
    expect((await told({ progress: false })).statuses).toEqual(['COMPLETED'])
  })

  it('come twice under one event id', async () => {
    const { events, statuses } = await told({ twice: 1 })
    expect(statuses).toEqual(['RINGING', 'RINGING', 'IN_PROGRESS', 'IN_PROGRESS', 'COMPLETED', 'COMPLETED'])
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3)
  })

  it('come in another order when shuffled, none before the end', async () => {
    const { statuses } = await told({ shuffled: 1 })
    expect(statuses).not.toEqual(['RINGING', 'IN_PROGRESS', 'COMPLETED'])
    expect(statuses.toSorted()).toEqual(['COMPLETED', 'IN_PROGRESS', 'RINGING'])
  })

  it('come early: the end is told before the POST is answered', async () => {
    await using host = await receiveWebhooks()
    await using ledger = await createLedger({ webhooks: { early: 1 }, durationMs: 60_000 })
    await dial(ledger.url, { callbackUrl: host.url })
    expect(host.statuses()).toEqual(['RINGING', 'IN_PROGRESS', 'COMPLETED'])
  })

  it('come late, when the call has long ended', async () => {
    await using host = await receiveWebhooks()
    await using ledger = await createLedger({ webhooks: { late: 1, lateMs: 60 }, ringMs: 0, durationMs: 0 })
    await dial(ledger.url, { callbackUrl: host.url })
    await ended(ledger, 1)
    expect(host.statuses()).not.toContain('COMPLETED')
    await until(() => host.statuses().includes('COMPLETED'))
  })

  it.each(['never', 'dropped'] as const)('that are %s say nothing', async (fault) => {
    await using host = await receiveWebhooks()
    await using ledger = await createLedger({ webhooks: { [fault]: 1 } })
    await dial(ledger.url, { callbackUrl: host.url })
    await ledger.switchTo({ webhooks: { [fault]: 0 } })
    await dial(ledger.url, { attemptId: 'call-2.1', callbackUrl: host.url })
    await until(() => host.received.length === 3)
    expect(new Set(host.received.map(({ event }) => event.attemptId))).toEqual(new Set(['call-2.1']))
  })

  it('are dropped one by one', async () => {
    await using host = await receiveWebhooks()
    await using ledger = await createLedger({ webhooks: { dropped: 0.3 } })
    await Promise.all(Array.from({ length: 100 }, (_, index) => dial(ledger.url, { attemptId: `call-${index}.1`, callbackUrl: host.url })))
    await ended(ledger, 100)
    await until(async () => (await ledger.summary()).webhooks.delivered === host.received.length && host.received.length > 150)
    expect(host.received.length).toBeLessThan(270)
  })

  it('are sent again until a 2xx', async () => {
    await using host = await receiveWebhooks((_, index) => [500, 302, 200][index] ?? 500)
    await using ledger = await createLedger({ webhooks: { progress: false, retryDelayMs: 1 } })
    await dial(ledger.url, { callbackUrl: host.url })
    await until(async () => (await ledger.summary()).webhooks.delivered === 1)
    expect(new Set(host.received.map(({ rawBody }) => rawBody)).size).toBe(1)
    expect((await ledger.summary()).webhooks).toEqual({ delivered: 1, failedTries: 2, givenUp: 0 })
  })

  it('are given up after the last try', async () => {
    await using host = await receiveWebhooks(() => 503)
    await using ledger = await createLedger({ webhooks: { progress: false, retryDelayMs: 1, tries: 3 } })
    await dial(ledger.url, { callbackUrl: host.url })
    await until(async () => (await ledger.summary()).webhooks.givenUp === 1)
    expect(host.received).toHaveLength(3)
  })

  it('to a host that is down fail, and harm nobody', async () => {
    await using ledger = await createLedger({ webhooks: { progress: false, retryDelayMs: 1, tries: 2 } })
    const host = await receiveWebhooks()
    await host[Symbol.asyncDispose]()
    await dial(ledger.url, { callbackUrl: host.url })
    await until(async () => (await ledger.summary()).webhooks.givenUp === 1)
    expect((await ledger.summary()).live).toBe(0)
  })

  it('are signed over the bytes that are sent', async () => {
    await using host = await receiveWebhooks()
    await using ledger = await createLedger({ webhookSecret: secret, webhooks: { progress: false } })
    await dial(ledger.url, { callbackUrl: host.url })
    await until(() => host.received.length === 1)
    const [{ headers, rawBody, event } = expect.fail()] = host.received
    const sentAt = Number(headers['webhook-timestamp']) * 1_000
    expect(headers).toMatchObject(signatureHeaders(secret, event.eventId, sentAt, rawBody))
    expect(Math.abs(Date.now() - sentAt)).toBeLessThan(60_000)
  })

  it('are not signed without a secret', async () => {
    const { headers } = await told({})
    expect(Object.keys(headers[0] ?? {}).filter((name) => name.startsWith('webhook-'))).toEqual([])
  })
})

describe('a Standard Webhooks signature', () => {
  it('is that of the published example', () => {
    expect(signatureHeaders(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_000, '{"test": 2432232314}')).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })
})

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** Dials once and waits for all that the host is told. */
async function told(webhooks: WebhookOptions, rules: Parameters<typeof createLedger>[0] = {}) {
  await using host = await receiveWebhooks()
  await using ledger = await createLedger({ ...rules, webhooks })
  await dial(ledger.url, { callbackUrl: host.url })
  await ended(ledger, 1)
  const [ring] = (await ledger.report()).rings
  const moments = webhooks.progress === false ? 1 : ring?.end?.status === 'COMPLETED' ? 3 : 2
  const copies = webhooks.twice === 1 ? 2 : 1
  await until(() => host.received.length >= moments * copies)
  return {
    events: host.received.map(({ event }) => event),
    statuses: host.statuses(),
    headers: host.received.map(({ headers }) => headers),
  }
}
