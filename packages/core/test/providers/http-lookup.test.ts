import { describe, expect, test } from 'vitest'
import { HttpProvider } from '../../src/providers/http-provider.ts'
import type { HttpProviderOptions } from '../../src/providers/http-provider-options.ts'
import { callContext, placedAttempt } from './dial-fixtures.ts'
import { closedPort, jsonServer, tcpServer } from './servers.ts'

const attempt = { ...placedAttempt(), providerCallId: 'P 1/a' }
const { attemptId } = attempt

function providerAt(url: string, options: Partial<HttpProviderOptions> = {}) {
  return new HttpProvider({ baseUrl: url, apiKey: 'key-1', webhookSecrets: false, get: true, find: true, hangUp: true, ...options })
}

async function ask(operation: 'get' | 'find', status: number, body: unknown, options: Partial<HttpProviderOptions> = {}) {
  const server = await jsonServer(status, body)
  const result = await providerAt(server.url, options)[operation]?.(attempt, callContext())
  return { result, seen: server.seen }
}

describe('get', () => {
  test('asks for the id, escaped, and reads the state', async () => {
    const { result, seen } = await ask('get', 200, {
      providerCallId: 'P 1/a',
      attemptId,
      status: 'completed',
      durationSec: 42,
      completedAt: '2026-03-01T10:02:00Z',
    })
    expect(seen).toMatchObject([{ method: 'GET', url: '/calls/P%201%2Fa', headers: { authorization: 'Bearer key-1' } }])
    expect(result).toEqual({
      kind: 'found',
      providerCallId: 'P 1/a',
      state: { kind: 'ended', outcome: 'completed', details: { durationSec: 42, endedAt: new Date('2026-03-01T10:02:00Z') } },
    })
  })

  test('finds a call that rings, and one whose id is not repeated', async () => {
    expect((await ask('get', 200, { status: 'RINGING' })).result).toEqual({
      kind: 'found',
      providerCallId: 'P 1/a',
      state: { kind: 'live', phase: 'ringing', details: {} },
    })
  })

  test('takes a 404 for absent, and no other failure', async () => {
    expect((await ask('get', 404, '')).result).toEqual({ kind: 'absent' })
    for (const status of [204, 301, 302, 307, 400, 401, 403, 410, 429, 500, 503]) {
      expect({ status, kind: (await ask('get', status, '')).result?.kind }).toEqual({ status, kind: 'unsure' })
    }
  })

  test.each([
    'no JSON',
    '[]',
    {},
    { status: 7 },
    { status: 'COMPLETED', durationSec: 'long' },
    { status: 'COMPLETED', attemptId: 'another.1' },
    { status: 'COMPLETED', providerCallId: 'P-2' },
  ])('is unsure of the answer %j', async (body) => {
    expect((await ask('get', 200, body)).result?.kind).toBe('unsure')
  })
})

describe('find', () => {
  test('asks by attempt id and finds ours among the items', async () => {
    const items = [
      { providerCallId: 'P-0', attemptId: 'other.1', status: 'COMPLETED' },
      { providerCallId: 'P-1', attemptId, status: 'BUSY' },
    ]
    const { result, seen } = await ask('find', 200, { items })
    expect(seen).toMatchObject([{ method: 'GET', url: `/calls?attemptId=${attemptId}` }])
    expect(result).toEqual({ kind: 'found', providerCallId: 'P-1', state: { kind: 'ended', outcome: 'busy', details: {} } })
  })

  test('of two calls for one attempt prefers the live one', async () => {
    const items = [
      { providerCallId: 'P-1', attemptId, status: 'FAILED' },
      { providerCallId: 'P-2', attemptId, status: 'IN_PROGRESS' },
    ]
    expect((await ask('find', 200, { items })).result).toMatchObject({ kind: 'found', providerCallId: 'P-2' })
  })

  test.each([
    { items: [] },
    { items: [], hasMore: false },
    { items: [{ attemptId: 'other.1' }], total: 1 },
    { items: [{ attemptId: 'other.1' }], hasMore: false },
    { items: [{ attemptId: 'other.1' }], nextCursor: null },
  ])('takes the whole list %j for absent', async (body) => {
    expect((await ask('find', 200, body)).result).toEqual({ kind: 'absent' })
  })

  test.each([
    'no JSON',
    [],
    {},
    { items: {} },
    { items: [{ providerCallId: 'P-1', status: 'COMPLETED' }] },
    { items: [{ attemptId: 'other.1' }, { providerCallId: 'P-1' }], hasMore: false },
    { items: [null], hasMore: false },
    { items: [{ attemptId: 'other.1' }] },
    { items: [{ attemptId: 'other.1' }], total: 2 },
    { items: [], hasMore: true },
    { items: [], nextCursor: 'abc' },
    { items: [{ attemptId }] },
  ])('is unsure of %j', async (body) => {
    expect((await ask('find', 200, body)).result?.kind).toBe('unsure')
  })

  test('is unsure of every status but 200, a 404 included', async () => {
    for (const status of [201, 204, 301, 400, 404, 429, 500, 503]) {
      expect({ status, kind: (await ask('find', status, { items: [] })).result?.kind }).toEqual({ status, kind: 'unsure' })
    }
  })

  test('is unsure where the provider knows the attempt and nobody knows its id', async () => {
    const server = await jsonServer(200, { items: [{ attemptId, status: 'RINGING' }] })
    const result = await providerAt(server.url).find?.(placedAttempt({ providerCallId: null }), callContext())
    expect(result).toEqual({ kind: 'unsure', message: 'The provider knows the attempt and names no id of its own.' })
  })
})

describe('hangUp', () => {
  test.each([
    [200, 'requested'],
    [202, 'requested'],
    [404, 'already-over'],
    [409, 'already-over'],
    [410, 'already-over'],
    [302, 'failed'],
    [401, 'failed'],
    [500, 'failed'],
  ])('that is answered %i is %s', async (status, kind) => {
    const server = await jsonServer(status, '')
    expect((await providerAt(server.url).hangUp?.(attempt, callContext()))?.kind).toBe(kind)
    expect(server.seen).toMatchObject([{ method: 'POST', url: '/calls/P%201%2Fa/cancel' }])
  })

  test('fails for a call whose id is not known', async () => {
    const server = await jsonServer(200, '')
    expect((await providerAt(server.url).hangUp?.(placedAttempt({ providerCallId: null }), callContext()))?.kind).toBe('failed')
    expect(server.seen).toEqual([])
  })
})

describe('a platform that cannot be asked', () => {
  test('leaves get and find unsure, and hangUp failed, whatever goes wrong', async () => {
    const cut = await tcpServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"items":[]')),
    )
    for (const port of [await closedPort(), cut]) {
      const provider = providerAt(`http://127.0.0.1:${port}`)
      expect((await provider.get?.(attempt, callContext()))?.kind).toBe('unsure')
      expect((await provider.find?.(attempt, callContext()))?.kind).toBe('unsure')
    }
    const provider = providerAt(`http://127.0.0.1:${await closedPort()}`)
    expect((await provider.hangUp?.(attempt, callContext()))?.kind).toBe('failed')
    expect((await provider.get?.(attempt, callContext({ signal: AbortSignal.abort() })))?.kind).toBe('unsure')
  })
})

describe('a mapping', () => {
  test('can say what a look-up means, and where to ask', async () => {
    const map: NonNullable<HttpProviderOptions['map']> = {
      path: (operation, { attemptId: reference }) => (operation === 'find' ? `/search?ref=${reference}` : undefined),
      lookup: (operation, { status }) => (operation === 'find' && status === 404 ? { kind: 'absent' } : undefined),
    }
    const { result, seen } = await ask('find', 404, '', { map })
    expect(result).toEqual({ kind: 'absent' })
    expect(seen[0]?.url).toBe(`/search?ref=${attemptId}`)
    expect((await ask('get', 200, { status: 'RINGING' }, { map })).result?.kind).toBe('found')
  })
})
