import { describe, expect, test } from 'vitest'
import { resolveMount } from '../../src/http/index.ts'
import { matchRoute } from '../../src/http/match-route.ts'

const { routes } = resolveMount('test', { authorize: false })

describe('a path', () => {
  test('that is spelled out comes before one with a parameter', () => {
    expect(match('POST', '/calls/batch')).toMatchObject({ route: { guard: { operation: 'enqueueCalls' } }, params: {} })
    expect(match('GET', '/calls/batch')).toMatchObject({ route: { guard: { operation: 'getCall' } }, params: { id: 'batch' } })
    expect(match('POST', '/callbacks/call-status')).toMatchObject({ route: { guard: { operation: 'receiveWebhook' } }, params: {} })
  })

  test('gives its parameters in plain text, and as they are where their escapes are broken', () => {
    expect(match('DELETE', '/control/gates/script%3Alab%3Aa%2Fb?x=/y')).toMatchObject({ params: { gateId: 'script:lab:a/b' } })
    expect(match('GET', '/calls/%zz')).toMatchObject({ params: { id: '%zz' } })
  })

  test('of ours knows HEAD where it knows GET, but for webhooks', () => {
    expect(match('HEAD', '/calls')).toMatchObject({ kind: 'route' })
    expect(match('HEAD', '/callbacks/lab')).toEqual({ kind: 'wrong-method', allowed: ['GET', 'POST'] })
  })

  test.each(['', '/', '/calls/', '//calls', '/calls//cancel', '/CALLS', '/calls/x/', '/callbacks/', 'calls', '*'])(
    'like %j is not ours',
    (url) => {
      expect(match('GET', url)).toBeNull()
    },
  )
})

function match(method: string, url: string) {
  return matchRoute(routes, { method, url })
}
