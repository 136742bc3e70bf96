import { describe, expect, test } from 'vitest'
import { classifyPlaceStatus } from '../../src/providers/classify-place-status.ts'

const none = new Headers()

const verdicts: Record<string, readonly number[]> = {
  accepted: Array.from({ length: 100 }, (_, index) => 200 + index),
  'not-placed': [307, 308],
  throttled: [429],
  blocked: [401, 402, 403, 404, 405, 415, 501],
  unknown: [408, 409, 425],
}

function expectedOf(status: number): string {
  const listed = Object.entries(verdicts).find(([, statuses]) => statuses.includes(status))
  return listed?.[0] ?? (status >= 400 && status <= 499 ? 'rejected' : 'unknown')
}

describe('classifyPlaceStatus', () => {
  test('gives every status from 100 to 599 its verdict', () => {
    for (let status = 100; status <= 599; status++) {
      expect({ status, kind: classifyPlaceStatus(status, none).kind }).toEqual({ status, kind: expectedOf(status) })
    }
  })

  test('believes what a platform documents as refused, and nothing near it', () => {
    const options = { notPlacedStatuses: [503] }
    expect(classifyPlaceStatus(503, none, options)).toEqual({ kind: 'not-placed', code: 'HTTP_503', message: 'The provider answered 503.' })
    expect(classifyPlaceStatus(502, none, options).kind).toBe('unknown')
  })

  test('says what was answered, what the platform said, and what to look at', () => {
    expect(classifyPlaceStatus(404, none)).toEqual({
      kind: 'blocked',
      scope: 'provider',
      code: 'HTTP_404',
      message: 'The provider answered 404. Check the base URL.',
    })
    expect(classifyPlaceStatus(422, none, { said: { code: 'BAD_NUMBER', message: 'No such number.' } })).toEqual({
      kind: 'rejected',
      code: 'BAD_NUMBER',
      message: 'The provider answered 422: No such number.',
    })
    expect(classifyPlaceStatus(308, new Headers({ location: 'https://x.example/calls' }))).toEqual({
      kind: 'not-placed',
      code: 'HTTP_308',
      message: 'The provider answered 308, to be found at https://x.example/calls.',
    })
  })
})

describe('Retry-After', () => {
  const waitOf = (headers: Record<string, string>) => {
    const result = classifyPlaceStatus(429, new Headers(headers))
    return result.kind === 'throttled' ? result.retryAfterMs : null
  }

  test('in seconds is taken as it is, uncapped', () => {
    expect(waitOf({ 'retry-after': '7' })).toBe(7_000)
    expect(waitOf({ 'retry-after': ' 0 ' })).toBe(0)
    expect(waitOf({ 'retry-after': '1.5' })).toBe(1_500)
    expect(waitOf({ 'retry-after': '86400' })).toBe(86_400_000)
  })

  test('as a date is counted from the date of the answer, not from our clock', () => {
    const date = 'Sun, 06 Nov 1994 08:49:37 GMT'
    expect(waitOf({ 'retry-after': 'Sun, 06 Nov 1994 08:50:37 GMT', date })).toBe(60_000)
    expect(waitOf({ 'retry-after': 'Sun, 06 Nov 1994 08:49:00 GMT', date })).toBe(0)
    expect(waitOf({ 'retry-after': 'Sun, 06 Nov 1994 08:50:37 GMT' })).toBeUndefined()
  })

  test.each(['', 'soon', '-1', '1e9', 'Infinity', '99999999999', '2026-03-01T10:00:00Z', '1, 2'])('of %j counts as missing', (value) => {
    expect(waitOf({ 'retry-after': value, date: 'Sun, 06 Nov 1994 08:49:37 GMT' })).toBeUndefined()
  })

  test('comes with every refusal that passes, and not with one for good', () => {
    const headers = new Headers({ 'retry-after': '3' })
    expect(classifyPlaceStatus(402, headers)).toMatchObject({ kind: 'blocked', retryAfterMs: 3_000 })
    expect(classifyPlaceStatus(503, headers, { notPlacedStatuses: [503] })).toMatchObject({ kind: 'not-placed', retryAfterMs: 3_000 })
    expect(classifyPlaceStatus(400, headers)).not.toHaveProperty('retryAfterMs')
  })
})
