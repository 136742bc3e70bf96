import { describe, expect, test } from 'vitest'
import { HttpProvider } from '../../src/providers/http-provider.ts'
import type { HttpProviderOptions } from '../../src/providers/http-provider-options.ts'
import { callContext, dialRequest } from './dial-fixtures.ts'
import { closedPort, httpServer, jsonServer, tcpServer } from './servers.ts'

const providerAt = (baseUrl: string, options: Partial<HttpProviderOptions> = {}) =>
  new HttpProvider({ baseUrl, apiKey: 'key-1', webhookSecrets: false, ...options })

async function placeAt(server: { url: string }, options: Partial<HttpProviderOptions> = {}, request = dialRequest()) {
  return providerAt(server.url, options).place(request, callContext())
}

describe('a dial', () => {
  test('is one POST with the key, the attempt as idempotency key, and the whole request', async () => {
    const server = await jsonServer(201, { providerCallId: 'P-1' })
    const request = dialRequest({ from: '+12025550100', variables: { name: 'Ada' } })
    expect(await placeAt({ url: `${server.url}/v1/` }, {}, request)).toEqual({ kind: 'accepted', providerCallId: 'P-1' })
    expect(server.seen).toMatchObject([
      {
        method: 'POST',
        url: '/v1/calls',
        headers: {
          authorization: 'Bearer key-1',
          'idempotency-key': request.attemptId,
          'content-type': 'application/json',
          connection: 'close',
        },
      },
    ])
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
      to: '+12025550123',
      scriptId: 'welcome',
      metadata: { customerId: 7 },
      callId: request.callId,
      attemptId: request.attemptId,
      callbackUrl: 'https://app.example.com/voice/callbacks/http?attempt=a&tag=t',
      maxDurationSec: 900,
      from: '+12025550100',
      variables: { name: 'Ada' },
    })
  })

  test('leaves out what there is none of', async () => {
    const server = await jsonServer(200, {})
    await new HttpProvider({ baseUrl: server.url, webhookSecrets: false }).place(dialRequest(), callContext({ webhookUrl: () => null }))
    expect(Object.keys(JSON.parse(server.seen[0]?.body ?? ''))).toEqual([
      'to',
      'scriptId',
      'metadata',
      'callId',
      'attemptId',
      'maxDurationSec',
    ])
    expect(server.seen[0]?.headers).not.toHaveProperty('authorization')
  })

  test('says a script in the words of the platform, and merges the options of the call last', async () => {
    const server = await jsonServer(200, {})
    const options = { scripts: { welcome: { agentId: 'agent-7', from: '+12025550111' } } }
    await placeAt(server, options, dialRequest({ providerOptions: { voice: 'ada', maxDurationSec: 60 } }))
    await placeAt(server, { scripts: (scriptId) => ({ agentId: `agent of ${scriptId}` }) }, dialRequest({ from: '+12025550122' }))
    expect(server.seen.map(({ body }) => JSON.parse(body))).toMatchObject([
      { scriptId: 'agent-7', from: '+12025550111', voice: 'ada', maxDurationSec: 60 },
      { scriptId: 'agent of welcome', from: '+12025550122' },
    ])
  })

  test('that is repeated has the same bytes and its own connection', async () => {
    const server = await jsonServer(200, { id: 'P-1' })
    const provider = providerAt(server.url)
    for (let count = 0; count < 3; count++) await provider.place(dialRequest(), callContext())
    expect(new Set(server.seen.map(({ body }) => body)).size).toBe(1)
    expect(server.seen.map(({ connection }) => connection)).toEqual([1, 2, 3])
  })

  test('for a script that nobody mapped sends nothing and blames the script', async () => {
    const server = await jsonServer(200, {})
    expect(await placeAt(server, { scripts: {} })).toEqual({
      kind: 'blocked',
      scope: 'script',
      code: 'SCRIPT_UNKNOWN',
      message: 'The provider has no script "welcome": add it to the option scripts.',
    })
    expect(server.seen).toEqual([])
  })
})

describe('the answer to a dial', () => {
  test.each([
    [{ providerCallId: 'P-1', callId: 'C-1', id: 'I-1' }, 'P-1'],
    [{ callId: 'C-1', id: 'I-1' }, 'C-1'],
    [{ id: 42 }, '42'],
    [{ callId: dialRequest().callId, id: 'I-1' }, 'I-1'],
    [{ callId: dialRequest().callId }, null],
    [{ providerCallId: '', id: { nested: true } }, null],
    [{ id: 'x'.repeat(256) }, null],
    ['no JSON at all', null],
    ['null', null],
    ['[]', null],
  ])('%j names the call %j', async (body, providerCallId) => {
    expect(await placeAt(await jsonServer(200, body))).toEqual({ kind: 'accepted', providerCallId })
  })

  test('that is cut after a 2xx is a placed call without an id', async () => {
    const port = await tcpServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{"id":"P-1"}')),
    )
    expect(await placeAt({ url: `http://127.0.0.1:${port}` })).toEqual({ kind: 'accepted', providerCallId: null })
  })

  test.each([
    [
      422,
      { error: { code: 'BAD_NUMBER', message: 'No such number.' } },
      { kind: 'rejected', code: 'BAD_NUMBER', message: 'The provider answered 422: No such number.' },
    ],
    [400, { error: 'to is missing' }, { kind: 'rejected', code: 'HTTP_400', message: 'The provider answered 400: to is missing.' }],
    [400, { code: 'E7', message: 'no' }, { kind: 'rejected', code: 'E7', message: 'The provider answered 400: no.' }],
    [
      403,
      { title: 'Forbidden', detail: 'no outbound' },
      { kind: 'blocked', message: 'The provider answered 403: no outbound. Check what the API key may do.' },
    ],
    [500, { error: 'boom' }, { kind: 'unknown', message: 'The provider answered 500: boom.' }],
    [303, '', { kind: 'unknown', message: 'The provider answered 303.' }],
  ])('%i keeps the words of the platform', async (status, body, result) => {
    expect(await placeAt(await jsonServer(status, body))).toMatchObject(result)
  })

  test('429 brings the wait that was asked for', async () => {
    expect(await placeAt(await jsonServer(429, '', { 'retry-after': '2' }))).toMatchObject({ kind: 'throttled', retryAfterMs: 2_000 })
  })

  test('503 is not placed where the platform documents it', async () => {
    expect((await placeAt(await jsonServer(503, ''))).kind).toBe('unknown')
    expect((await placeAt(await jsonServer(503, ''), { notPlacedStatuses: [503] })).kind).toBe('not-placed')
  })

  test('that never comes is unknown at the deadline', async () => {
    const deadline = new AbortController()
    const server = await httpServer(() => deadline.abort())
    const result = await providerAt(server.url).place(dialRequest(), callContext({ signal: deadline.signal }))
    expect(result).toEqual({ kind: 'unknown', message: 'No answer came to the dial request: This operation was aborted' })
  })

  test('of a closed port is not placed', async () => {
    const port = await closedPort()
    expect(await placeAt({ url: `http://127.0.0.1:${port}` })).toEqual({
      kind: 'not-placed',
      code: 'ECONNREFUSED',
      message: `The provider could not be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
    })
  })
})

describe('a mapping', () => {
  test('can change path, headers and body', async () => {
    const server = await jsonServer(200, {})
    await placeAt(server, {
      map: {
        path: (operation) => (operation === 'place' ? '/v2/create-phone-call?beta=1' : undefined),
        headers: () => ({ Authorization: 'Token abc', 'xi-api-key': 'k' }),
        body: (request, body) => ({ to_number: request.to, reference: body.attemptId ?? null }),
      },
    })
    expect(server.seen).toMatchObject([{ url: '/v2/create-phone-call?beta=1', headers: { authorization: 'Token abc', 'xi-api-key': 'k' } }])
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ to_number: '+12025550123', reference: dialRequest().attemptId })
  })

  test('can say no to a 2xx, or leave the answer alone', async () => {
    const answer: NonNullable<HttpProviderOptions['map']>['answer'] = ({ body }) =>
      JSON.stringify(body).includes('no credit') ? { kind: 'blocked', scope: 'provider', code: 'NO_CREDIT', message: 'Top up.' } : undefined
    expect((await placeAt(await jsonServer(200, { error: 'no credit' }), { map: { answer } })).kind).toBe('blocked')
    expect((await placeAt(await jsonServer(200, { id: 'P-1' }), { map: { answer } })).kind).toBe('accepted')
  })

  test('is given no body where it was cut', async () => {
    const port = await tcpServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}')))
    const bodies: unknown[] = []
    await placeAt({ url: `http://127.0.0.1:${port}` }, { map: { answer: ({ body }) => void bodies.push(body) } })
    expect(bodies).toEqual([undefined])
  })

  test('that throws before the request sends nothing', async () => {
    const server = await jsonServer(200, {})
    const body = () => {
      throw new Error('no template')
    }
    expect(await placeAt(server, { map: { body } })).toEqual({
      kind: 'not-placed',
      code: 'REQUEST_NOT_MADE',
      message: 'The dial request could not be made: no template',
    })
    expect((await placeAt(server, { map: { path: () => 'calls' } })).kind).toBe('not-placed')
    expect((await placeAt(server, { map: { headers: () => ({ 'x y': '' }) } })).kind).toBe('not-placed')
    expect(server.seen).toEqual([])
  })
})
