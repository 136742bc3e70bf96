import { request as requestOverHttp } from 'node:http'
import { request as requestOverHttps } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import ky from 'ky'
import { describe, expect, onTestFinished, test } from 'vitest'
import { classifyPlaceError } from '../../src/providers/classify-place-error.ts'
import { localhostCertificate } from './certificate.ts'
import { earlyFailures, garbageInClearText, lateFailures } from './connection-failures.ts'
import { tcpServer } from './servers.ts'

const clients: Record<string, (url: string, signal: AbortSignal) => Promise<unknown>> = {
  fetch: (url, signal) => fetch(url, { method: 'POST', body: '{}', signal }),
  ky: (url, signal) => ky.post(url, { body: '{}', retry: 0, signal }),
  'node:http': (url, signal) =>
    new Promise((resolve, reject) => {
      const open = url.startsWith('https') ? requestOverHttps : requestOverHttp
      const client = open(url, { method: 'POST', agent: false, signal }, resolve)
      // An upgrade that nobody listens for ends without an error.
      client.on('error', reject).on('close', () => reject(new Error('closed')))
      client.end('{}')
    }),
}

async function failureOf(client: string, url: string, signal = AbortSignal.timeout(10_000)): Promise<unknown> {
  return clients[client]?.(url, signal).then(
    () => expect.unreachable('The request was answered.'),
    (error: unknown) => error,
  )
}

describe.each(Object.keys(clients))('an error of %s', (client) => {
  test.each(earlyFailures)('for $name is not placed', async ({ open }) => {
    const error = await failureOf(client, await open())
    expect(classifyPlaceError(error)).toMatchObject({ kind: 'not-placed', code: expect.stringMatching(/^[A-Z][A-Z0-9_/]+$/) })
  })

  test.each(lateFailures)('for $name is unknown', async ({ open }) => {
    const error = await failureOf(client, await open())
    expect(classifyPlaceError(error).kind).toBe('unknown')
  })

  test('for a deadline that passes while the server thinks is unknown', async () => {
    const deadline = new AbortController()
    const port = await tcpServer((socket) => socket.once('data', () => deadline.abort()))
    const error = await failureOf(client, `http://127.0.0.1:${port}/calls`, deadline.signal)
    expect(classifyPlaceError(error).kind).toBe('unknown')
  })
})

describe('classifyPlaceError', () => {
  const coded = (code: string, facts: object = {}) => Object.assign(new Error(`failed with ${code}`), { code, ...facts })

  test('trusts codes that only come before the request', () => {
    const early = [
      'ECONNREFUSED',
      'ENOTFOUND',
      'EAI_AGAIN',
      'EAI_FAIL',
      'UND_ERR_CONNECT_TIMEOUT',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'CERT_HAS_EXPIRED',
    ]
    const certificates = [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'CERT_NOT_YET_VALID',
    ]
    for (const code of [...early, ...certificates]) {
      expect(classifyPlaceError(coded(code))).toEqual({
        kind: 'not-placed',
        code,
        message: `The provider could not be reached: failed with ${code}`,
      })
    }
  })

  test('trusts any code of a connect, and none of a read or write', () => {
    for (const code of ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'ECONNREFUSED', 'EADDRNOTAVAIL']) {
      expect(classifyPlaceError(coded(code, { syscall: 'connect' })).kind).toBe('not-placed')
      expect(classifyPlaceError(coded(code, { syscall: 'read' })).kind).toBe('unknown')
      expect(classifyPlaceError(coded(code, { syscall: 'write' })).kind).toBe('unknown')
    }
  })

  test.each([
    'ECONNRESET',
    'EPIPE',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ERR_TLS_RENEGOTIATION_DISABLED',
  ])('leaves %s unknown', (code) => {
    expect(classifyPlaceError(coded(code)).kind).toBe('unknown')
  })

  test('tells a broken handshake from a broken connection by what OpenSSL says', () => {
    const openSsl = (code: string, reason: string) => Object.assign(new Error(`0A:error:SSL routines:${reason}:file.c:1:`), { code })
    expect(classifyPlaceError(openSsl('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'ssl3_read_bytes:tlsv1 alert protocol version')).kind).toBe(
      'not-placed',
    )
    expect(classifyPlaceError(openSsl('EPROTO', 'tls_validate_record_header:wrong version number')).kind).toBe('not-placed')
    expect(classifyPlaceError(openSsl('ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC', 'ssl3_read_bytes:ssl/tls alert bad record mac')).kind).toBe(
      'unknown',
    )
    expect(classifyPlaceError(openSsl('EPROTO', 'tls_default_validate_record_header:wrong version number')).kind).toBe('unknown')
    expect(classifyPlaceError(openSsl('EPROTO', 'ssl3_read_bytes:tlsv1 alert internal error')).kind).toBe('unknown')
  })

  test('takes clear text amid TLS 1.2 for unknown, though it looks like HTTP on the TLS port', async () => {
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, localhostCertificate.cert])
    onTestFinished(() => setDefaultCACertificates(trusted))
    const error = await failureOf('node:http', `https://127.0.0.1:${await garbageInClearText({ maxVersion: 'TLSv1.2' })}/`)
    expect(classifyPlaceError(error)).toEqual({ kind: 'unknown', message: expect.stringContaining('wrong version number') })
  })

  test('of several addresses needs every one to have failed early', () => {
    const refused = coded('ECONNREFUSED', { syscall: 'connect' })
    expect(classifyPlaceError(new TypeError('fetch failed', { cause: new AggregateError([refused, refused]) })).kind).toBe('not-placed')
    expect(classifyPlaceError(new AggregateError([refused, coded('ECONNRESET')])).kind).toBe('unknown')
    expect(classifyPlaceError(new AggregateError([])).kind).toBe('unknown')
  })

  test('takes whatever is thrown', () => {
    const circular = new Error('round')
    circular.cause = circular
    for (const thrown of [undefined, null, 7, 'text', {}, circular, new Error('bare'), new DOMException('stop', 'AbortError')]) {
      expect(classifyPlaceError(thrown).kind).toBe('unknown')
    }
  })
})
