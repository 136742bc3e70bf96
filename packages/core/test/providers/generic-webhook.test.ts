import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ProviderEvent, WebhookRequest, WebhookResult } from '../../src/ports/provider.ts'
import { HttpProvider } from '../../src/providers/http-provider.ts'
import type { HttpProviderOptions } from '../../src/providers/http-provider-options.ts'
import { signWebhook } from '../../src/providers/standard-webhooks.ts'
import { secret, webhookOf } from './dial-fixtures.ts'

const address = 'https://voice.example'
const now = new Date('2026-03-01T10:00:00Z')

function read(body: unknown, changes: Partial<WebhookRequest> = {}, options: Partial<HttpProviderOptions> = {}): WebhookResult {
  return new HttpProvider({ baseUrl: address, webhookSecrets: false, now: () => now, ...options }).webhook(webhookOf(body, changes))
}

function eventOf(body: unknown, changes: Partial<WebhookRequest> = {}): ProviderEvent {
  const result = read(body, changes)
  if (result.kind !== 'events' || result.events[0] === undefined) return expect.unreachable(JSON.stringify(result))
  expect(result.events).toHaveLength(1)
  return result.events[0]
}

const stateOf = (body: object) => eventOf({ attemptId: 'a.1', ...body }).state

describe('an event', () => {
  test('brings ids, time and details, and ignores the rest', () => {
    const event = eventOf({
      eventId: 'evt-1',
      attemptId: 'a.1',
      callId: 'c',
      providerCallId: 77,
      status: 'COMPLETED',
      durationSec: 61.5,
      completedAt: '2026-03-01T11:30:00.250+01:00',
      recordingUrl: 'https://r.example/1',
      transcript: 'Hello.',
      summary: 'Fine.',
      data: { score: 9, tags: ['a'] },
      cost: { amount: 0.25, currency: 'usd' },
      unknown: { deep: true },
    })
    expect(event).toEqual({
      eventId: 'evt-1',
      attemptId: 'a.1',
      callId: 'c',
      providerCallIds: ['77'],
      at: new Date('2026-03-01T10:30:00.250Z'),
      state: {
        kind: 'ended',
        outcome: 'completed',
        details: {
          durationSec: 61.5,
          endedAt: new Date('2026-03-01T10:30:00.250Z'),
          recordingUrl: 'https://r.example/1',
          transcript: 'Hello.',
          summary: 'Fine.',
          data: { score: 9, tags: ['a'] },
          cost: { amount: '0.25', currency: expect.stringMatching(/^usd$/i) },
        },
      },
    })
  })

  test('without a zone in its time is taken as UTC, and null is the same as missing', () => {
    const event = eventOf({
      callId: 'c',
      attemptId: null,
      providerCallId: null,
      status: 'BUSY',
      completedAt: '2026-03-01t10:00:00',
      durationSec: null,
      error: null,
    })
    expect(event).toMatchObject({ callId: 'c', at: new Date('2026-03-01T10:00:00Z') })
    expect(event).not.toHaveProperty('attemptId')
  })

  test('does not lose the end of a call for a description of another type', () => {
    expect(stateOf({ status: 'COMPLETED', cost: 5, transcript: [{ role: 'agent' }], recordingUrl: 9, summary: {}, data: 'x' })).toEqual({
      kind: 'ended',
      outcome: 'completed',
      details: {},
    })
  })

  test('may name no id where the address that we gave out names the attempt', () => {
    expect(eventOf({ status: 'BUSY' }, { url: 'https://app.example.com/cb?attempt=a.1&tag=t' }).state).toMatchObject({ outcome: 'busy' })
  })
})

describe('the key of an event', () => {
  const body = { attemptId: 'a.1', status: 'COMPLETED', completedAt: '2026-03-01T10:00:00Z' }
  const keyOf = (value: object, changes: Partial<WebhookRequest> = {}) => eventOf(value, changes).eventId

  test("is the platform's own, a number too", () => {
    expect(keyOf({ ...body, eventId: 'evt-1' })).toBe('evt-1')
    expect(keyOf({ ...body, eventId: 17 })).toBe('17')
  })

  test('is the same for the same event in other words, and unknown keys do not count', () => {
    const key = keyOf(body)
    expect(key).toMatch(/^sha256:[\w-]{43}$/)
    expect(keyOf({ status: 'completed', sentAt: 'now', delivery: 2, completedAt: '2026-03-01T11:00:00+01:00', attemptId: 'a.1' })).toBe(key)
    expect(keyOf({ ...body, eventId: { a: 1 } })).toBe(key)
  })

  test('differs where anything that we understand differs', () => {
    const others = [
      { attemptId: 'a.2' },
      { callId: 'c' },
      { status: 'BUSY' },
      { durationSec: 3 },
      { recordingUrl: 'https://r' },
      { completedAt: '2026-03-01T10:00:01Z' },
    ]
    const keys = [body, ...others.map((other) => ({ ...body, ...other }))].map((value) => keyOf(value))
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('of progress is another one later: it is a new sign of life, where an end told again is the old end', () => {
    const keyAt = (status: string, at: string) => {
      const result = read({ attemptId: 'a.1', status }, {}, { now: () => new Date(at) })
      return result.kind === 'events' ? result.events[0]?.eventId : undefined
    }
    expect(keyAt('IN_PROGRESS', '2026-03-01T10:00:00Z')).toBe(keyAt('IN_PROGRESS', '2026-03-01T10:00:09Z'))
    expect(keyAt('IN_PROGRESS', '2026-03-01T10:00:00Z')).not.toBe(keyAt('IN_PROGRESS', '2026-03-01T10:00:10Z'))
    expect(keyAt('BUSY', '2026-03-01T10:00:00Z')).toBe(keyAt('BUSY', '2026-03-01T11:00:00Z'))
  })

  test('differs by the attempt in the address', () => {
    const at = (attempt: string) => keyOf({ status: 'BUSY' }, { url: `https://app.example.com/cb?attempt=${attempt}` })
    expect(at('a.1')).not.toBe(at('a.2'))
    expect(at('a.1')).toBe(at('a.1'))
  })

  test('is the signed webhook-id where the body has none, and never an unsigned one', () => {
    const request = webhookOf(body)
    const headers = { ...signWebhook({ id: 'msg_1', at: now, rawBody: request.rawBody }, [secret]) }
    expect(read(body, { headers }, { webhookSecrets: [secret] })).toMatchObject({ events: [{ eventId: 'msg_1' }] })
    expect(keyOf(body, { headers })).toBe(keyOf(body))
  })
})

describe('a malformed webhook', () => {
  test.each<[string, unknown, string]>([
    ['nothing', '', 'The body is not JSON in UTF-8.'],
    ['no JSON', 'status=COMPLETED', 'The body is not JSON in UTF-8.'],
    ['a list of events', [{ attemptId: 'a.1', status: 'BUSY' }], 'Expected a JSON object.'],
    ['a bare word', '"COMPLETED"', 'Expected a JSON object.'],
    ['null', 'null', 'Expected a JSON object.'],
    ['no reference', { status: 'BUSY' }, 'Expected attemptId, providerCallId or callId.'],
    ['no status', { attemptId: 'a.1' }, 'status: expected text of 1 to 100 characters.'],
    ['an empty status', { attemptId: 'a.1', status: ' ' }, 'status: expected text of 1 to 100 characters.'],
    ['a numeric status', { attemptId: 'a.1', status: 2 }, 'status: expected text of 1 to 100 characters.'],
    ['an id that is none', { attemptId: {}, status: 'BUSY' }, 'attemptId: expected text of 1 to 255 characters, or a whole number.'],
    ['an id with NUL', { callId: 'a\0', status: 'BUSY' }, 'callId: expected text of 1 to 255 characters, or a whole number.'],
    ['half a surrogate', '{"callId":"\\ud800","status":"BUSY"}', 'callId: expected text of 1 to 255 characters, or a whole number.'],
    [
      'a duration in text',
      { callId: 'c', status: 'BUSY', durationSec: '5' },
      'durationSec: expected a number of seconds from 0 to 1000000000.',
    ],
    [
      'a negative duration',
      { callId: 'c', status: 'BUSY', durationSec: -1 },
      'durationSec: expected a number of seconds from 0 to 1000000000.',
    ],
    [
      'an endless duration',
      '{"callId":"c","status":"BUSY","durationSec":1e400}',
      'durationSec: expected a number of seconds from 0 to 1000000000.',
    ],
    ...['yesterday', '5', '2026-02-30T00:00:00Z', '2026-03-01', '1999-12-31T23:59:59Z', '2026-03-01T25:00:00Z', 1_772_359_200, ''].map(
      (completedAt): [string, unknown, string] => [
        `the time ${JSON.stringify(completedAt)}`,
        { callId: 'c', status: 'BUSY', completedAt },
        'completedAt: expected an ISO 8601 date and time in the years 2000 to 2200.',
      ],
    ),
  ])('with %s says what was expected', (_, body, message) => {
    expect(read(body)).toEqual({ kind: 'malformed', message })
  })

  test('names everything that is wrong at once', () => {
    expect(read({ callId: [], status: 'BUSY', durationSec: true })).toEqual({
      kind: 'malformed',
      message:
        'callId: expected text of 1 to 255 characters, or a whole number. durationSec: expected a number of seconds from 0 to 1000000000.',
    })
  })

  test('in another encoding is not guessed at', () => {
    expect(read('', { rawBody: Buffer.from('{"callId":"\xe9","status":"BUSY"}', 'latin1') }).kind).toBe('malformed')
  })
})

describe('hostile bodies', () => {
  test('nested very deep do no harm', () => {
    const bomb = `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`
    expect(read(`{"callId":"c","status":"COMPLETED","data":${bomb},"other":${bomb}}`)).toMatchObject({
      kind: 'events',
      events: [{ state: { kind: 'ended', outcome: 'completed', details: {} } }],
    })
  })

  test('with NUL and broken text are mended where they only describe', () => {
    const state = stateOf({ status: 'odd\0word', durationSec: 1, error: 'bad\ud800text', summary: 'a\0b', data: { text: '\0' } })
    expect(state).toMatchObject({ kind: 'ended', details: { reason: expect.stringContaining('bad\ufffdtext'), summary: 'a\ufffdb' } })
    expect(JSON.stringify(state)).not.toContain('\\u0000')
  })

  test('of any shape are answered with a value', () => {
    const provider = new HttpProvider({ baseUrl: address, webhookSecrets: false })
    const keys = [
      'status',
      'attemptId',
      'callId',
      'providerCallId',
      'eventId',
      'completedAt',
      'durationSec',
      'error',
      'cost',
      'data',
      'transcript',
    ]
    const body = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...keys), fc.oneof(fc.jsonValue(), fc.constantFrom('COMPLETED', '__proto__', 1e308))),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          body.map((value) => Buffer.from(JSON.stringify(value))),
          fc.uint8Array(),
        ),
        fc.webUrl(),
        (rawBody, url) => {
          expect(['events', 'malformed']).toContain(provider.webhook(webhookOf('', { rawBody, url })).kind)
        },
      ),
      { numRuns: 1_000 },
    )
    expect(read({ callId: 'c', status: 'BUSY' }, { url: 'no address' }).kind).toBe('events')
  })
})

describe('the sender of a webhook', () => {
  const body = { attemptId: 'a.1', status: 'COMPLETED' }
  const signed = (changes: Partial<WebhookRequest> = {}) => {
    const headers = { ...signWebhook({ id: 'msg_1', at: now, rawBody: webhookOf(body).rawBody }, [secret]) }
    return read(body, { headers, ...changes }, { webhookSecrets: [secret] })
  }

  test('is believed by its signature over the raw bytes', () => {
    expect(signed().kind).toBe('events')
    expect(signed({ rawBody: Buffer.from(`${JSON.stringify(body)} `) }).kind).toBe('unauthenticated')
    expect(signed({ headers: {} })).toEqual({
      kind: 'unauthenticated',
      message: 'The headers webhook-id, webhook-timestamp and webhook-signature are all needed.',
    })
  })

  test('is checked before the body is looked at', () => {
    expect(read('no JSON', {}, { webhookSecrets: [secret] }).kind).toBe('unauthenticated')
  })
})

describe('a mapping of events', () => {
  test('reads what it knows and leaves the rest to the generic protocol', () => {
    const event: NonNullable<HttpProviderOptions['map']>['event'] = (body) =>
      typeof body === 'object' && body !== null && 'ping' in body ? { kind: 'events', events: [], reply: { body: 'pong' } } : undefined
    expect(read({ ping: 1 }, {}, { map: { event } })).toEqual({ kind: 'events', events: [], reply: { body: 'pong' } })
    expect(read({ callId: 'c', status: 'BUSY' }, {}, { map: { event } }).kind).toBe('events')
  })

  test('is given undefined for a body that is no JSON, and never an unproven one', () => {
    const bodies: unknown[] = []
    const map = { event: (body: unknown) => void bodies.push(body) }
    read('a=1', {}, { map })
    read('{}', {}, { map, webhookSecrets: [secret] })
    expect(bodies).toEqual([undefined])
  })
})
