import { randomBytes, timingSafeEqual } from 'node:crypto'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { isTagRight } from '../src/orchestrator/provider-context.ts'
import { signWebhook, verifyWebhook } from '../src/providers/standard-webhooks.ts'

// Which bytes are compared by what is seen at the one function that takes as long for every pair: no clock could show it.
vi.mock(import('node:crypto'), async (importOriginal) => {
  const original = await importOriginal()
  return { ...original, timingSafeEqual: vi.fn(original.timingSafeEqual) }
})

const compared = vi.mocked(timingSafeEqual)
beforeEach(() => void compared.mockClear())

/** The text with another letter in one place. */
function otherAt(text: string, index: number): string {
  return `${text.slice(0, index)}${text[index] === 'A' ? 'B' : 'A'}${text.slice(index + 1)}`
}

describe('a webhook’s signature', () => {
  const now = new Date('2026-03-01T10:00:00.000Z')
  const secrets = [1, 2, 3].map((fill) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`)
  const message = { id: 'msg_1', at: now, rawBody: Buffer.from('{}') }
  const headers = signWebhook(message, [secrets[2] ?? ''])
  const right = headers['webhook-signature']
  const verify = (signature: string) =>
    verifyWebhook({ headers: { ...headers, 'webhook-signature': signature }, rawBody: message.rawBody }, { secrets, now: () => now }).kind

  test.each([
    ['its first letter', 3],
    ['its last letter', right.length - 2],
  ])('that is wrong in %s is compared whole with that of every secret', (_, index) => {
    expect(verify(otherAt(right, index))).toBe('unauthenticated')
    expect(lengthsCompared()).toEqual(Array(3).fill([47, 47]))
  })

  test('that is right is compared in the same way', () => {
    expect(verify(right)).toBe('verified')
    expect(lengthsCompared()).toEqual(Array(3).fill([47, 47]))
  })

  test('of another form is compared with nothing', () => {
    for (const signature of ['v1,', right.slice(0, -1), `${right}=`, right.toLowerCase().replace('=', ''), 'v1,ü']) verify(signature)
    expect(lengthsCompared()).toEqual([])
  })
})

describe('the tag of a callback URL', () => {
  const key = randomBytes(32)
  const attemptId = '01900000-0000-7000-8000-000000000000.1'
  const isRight = (tag: string) => isTagRight(key, attemptId, tag)

  test('is compared whole, wherever it is wrong', () => {
    expect([otherAt('A'.repeat(22), 0), otherAt('A'.repeat(22), 21)].map(isRight)).toEqual([false, false])
    expect(lengthsCompared()).toEqual(Array(2).fill([22, 22]))
  })

  test('of another length is compared with nothing', () => {
    expect(['', 'A', 'A'.repeat(21), 'A'.repeat(23), 'ü'.repeat(22)].map(isRight)).toEqual(Array(5).fill(false))
    expect(lengthsCompared()).toEqual([])
  })
})

function lengthsCompared(): readonly (readonly [number, number])[] {
  return compared.mock.calls.map(([given, expected]) => [given.byteLength, expected.byteLength])
}
