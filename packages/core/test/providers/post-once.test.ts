import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isOverdue, withDeadline } from '../../src/ports/deadline.ts'
import { postOnce } from '../../src/providers/post-once.ts'
import { localhostCertificate } from './certificate.ts'
import { earlyFailures, garbageInClearText, lateFailures } from './connection-failures.ts'
import { httpServer, tcpServer, tlsServer } from './servers.ts'

const post = (url: string, signal: AbortSignal = AbortSignal.timeout(10_000)) =>
  postOnce({ url: new URL(url), headers: { 'content-type': 'application/json' }, body: '{"to":"+12025550123"}' }, signal)

const only = (version: 'TLSv1.2' | 'TLSv1.3') => ({ minVersion: version, maxVersion: version })

describe('a single post', () => {
  test('brings back status, headers and body', async () => {
    const server = await httpServer((response) => {
      response.writeHead(202, { 'retry-after': '3', 'set-cookie': ['a=1', 'b=2'] })
      response.end('{"id":"P-1"}')
    })
    const result = await post(`${server.url}/calls?x=1`)
    expect(result).toMatchObject({ kind: 'answered', status: 202, text: '{"id":"P-1"}', isWhole: true })
    expect(result.kind === 'answered' && result.headers.get('retry-after')).toBe('3')
    expect(server.seen).toMatchObject([
      { method: 'POST', url: '/calls?x=1', body: '{"to":"+12025550123"}', headers: { 'content-length': '21' } },
    ])
  })

  test('never shares a connection, neither with another post nor with what the process keeps alive', async () => {
    const server = await httpServer((response) => response.end('{}'))
    await (await fetch(server.url)).text()
    for (let count = 0; count < 5; count++) await post(server.url)
    await (await fetch(server.url)).text()
    expect(server.seen.map(({ connection }) => connection)).toEqual([1, 2, 3, 4, 5, 6, 1])
    expect(server.seen.slice(1, 6).every(({ headers }) => headers.connection === 'close')).toBe(true)
  })

  test('is not lost to a server that closes idle connections at once', async () => {
    const server = await httpServer((response) => response.end('{}', () => response.socket?.destroySoon()))
    for (let count = 0; count < 20; count++) expect(await post(server.url)).toMatchObject({ kind: 'answered', status: 200 })
    expect(server.seen).toHaveLength(20)
  })

  test('follows no redirect', async () => {
    const server = await httpServer((response) => response.writeHead(307, { location: '/elsewhere' }).end())
    expect(await post(server.url)).toMatchObject({ kind: 'answered', status: 307 })
    expect(server.seen).toHaveLength(1)
  })

  test.each(earlyFailures)('for $name was never sent', async ({ open }) => {
    expect((await post(await open())).kind).toBe('never-sent')
  })

  test.each(lateFailures)('for $name is unanswered', async ({ open }) => {
    expect((await post(await open())).kind).toBe('unanswered')
  })

  test('whose address or headers make no request was never sent', async () => {
    expect((await post('ftp://127.0.0.1/')).kind).toBe('never-sent')
    const headers = { 'x-broken': 'line\nbreak' }
    expect((await postOnce({ url: new URL('http://127.0.0.1:1'), headers, body: '' }, AbortSignal.timeout(1_000))).kind).toBe('never-sent')
  })
})

describe('an answer that breaks off', () => {
  const cut = async (head: string) => post(`http://127.0.0.1:${await tcpServer((socket) => socket.once('data', () => socket.end(head)))}/`)

  test('after its headers is an answer all the same', async () => {
    expect(await cut('HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"id":"P')).toMatchObject({
      kind: 'answered',
      status: 201,
      isWhole: false,
    })
    expect(await cut('HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"')).toMatchObject({ status: 201, isWhole: false })
    expect(await cut('HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')).toMatchObject({ status: 201, isWhole: false })
  })

  test('by a reset is an answer too', async () => {
    const port = await tcpServer((socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"id"', () => setImmediate(() => socket.resetAndDestroy())),
      )
    })
    const result = await post(`http://127.0.0.1:${port}/`)
    // A reset may overtake the bytes before it.
    expect(result.kind === 'answered' ? result.isWhole : result.kind === 'never-sent').toBe(false)
  })

  test('by our own deadline is an answer too', async () => {
    const deadline = new AbortController()
    const server = await httpServer((response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{', () => setTimeout(() => deadline.abort(), 20))
    })
    expect(await post(server.url, deadline.signal)).toMatchObject({ kind: 'answered', status: 200, isWhole: false })
  })

  test('for being endless is read up to 64 kB', async () => {
    const server = await httpServer((response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
        response.once('drain', more)
      }
      more()
    })
    const result = await post(server.url)
    expect(result).toMatchObject({ kind: 'answered', status: 200, isWhole: false })
    expect(result.kind === 'answered' && result.text.length).toBeLessThanOrEqual(65_536)
  })
})

describe('a deadline', () => {
  test('that has passed sends nothing', async () => {
    const server = await httpServer((response) => response.end())
    expect((await post(server.url, AbortSignal.abort())).kind).toBe('never-sent')
    expect(server.seen).toEqual([])
  })

  test('that has passed while the process stood still sends nothing, though its timer has not run', async () => {
    const server = await httpServer((response) => response.end('{}'))
    const result = await withDeadline(20, null, (signal) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40)
      expect([signal.aborted, isOverdue(signal)]).toEqual([false, true])
      return post(server.url, signal)
    })
    expect(result.kind).toBe('never-sent')
    expect(server.seen).toEqual([])
  })

  test('that passes while the server thinks leaves the request unanswered', async () => {
    const deadline = new AbortController()
    const server = await httpServer(() => deadline.abort())
    expect((await post(server.url, deadline.signal)).kind).toBe('unanswered')
  })

  test('that passes in the TLS handshake proves that nothing was sent', async () => {
    const deadline = new AbortController()
    const port = await tcpServer((socket) => socket.once('data', () => deadline.abort()))
    expect((await post(`https://127.0.0.1:${port}/`, deadline.signal)).kind).toBe('never-sent')
  })
})

describe('a connection', () => {
  const postQuickly = (url: string) =>
    postOnce({ url: new URL(url), headers: {}, body: '{}', connectTimeoutMs: 30 }, AbortSignal.timeout(10_000))

  test('that does not come to stand in time is given up, and nothing was sent', async () => {
    const port = await tcpServer(() => undefined)
    expect(await postQuickly(`https://127.0.0.1:${port}/`)).toMatchObject({
      kind: 'never-sent',
      error: { code: 'CONNECT_TIMEOUT', message: 'No connection within 30 ms.' },
    })
  })

  test('that stands leaves the answer all the time it needs', async () => {
    const server = await httpServer((response) => setTimeout(() => response.end('{}'), 60))
    expect(await postQuickly(server.url)).toMatchObject({ kind: 'answered', status: 200 })
  })
})

describe('under TLS', () => {
  const trusted = getCACertificates('default')
  beforeAll(() => setDefaultCACertificates([...trusted, localhostCertificate.cert]))
  afterAll(() => setDefaultCACertificates(trusted))

  test('a reset once the request was read is unanswered', async () => {
    const port = await tlsServer((socket) => socket.once('data', () => socket.destroy()))
    expect((await post(`https://127.0.0.1:${port}/`)).kind).toBe('unanswered')
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s garbage in clear text, once the request was read, is unanswered', async (version) => {
    const port = await garbageInClearText(only(version))
    expect((await post(`https://127.0.0.1:${port}/`)).kind).toBe('unanswered')
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s without the certificate that the server wants of us was never sent', async (version) => {
    let received = 0
    const options = { requestCert: true, rejectUnauthorized: true, ...only(version) }
    const port = await tlsServer((socket) => socket.on('data', (chunk) => (received += chunk.length)), options)
    const result = await post(`https://127.0.0.1:${port}/`)
    expect({ kind: result.kind, received }).toEqual({ kind: 'never-sent', received: 0 })
  })

  test('an answer comes back', async () => {
    const port = await tlsServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')))
    expect(await post(`https://127.0.0.1:${port}/`)).toMatchObject({ kind: 'answered', status: 200, text: '{}', isWhole: true })
  })
})

test('not a byte of a request reaches a server whose certificate is refused', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    let received = 0
    const port = await tlsServer((socket) => socket.on('data', (chunk) => (received += chunk.length)), {
      minVersion: version,
      maxVersion: version,
    })
    const results = await Promise.all(Array.from({ length: 100 }, () => post(`https://127.0.0.1:${port}/`)))
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['never-sent']))
    const last = await tcpServer((socket) => socket.end())
    await post(`http://127.0.0.1:${last}/`)
    expect(received).toBe(0)
  }
})
