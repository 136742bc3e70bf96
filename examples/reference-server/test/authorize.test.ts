import { timingSafeEqual } from 'node:crypto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { authorizeBy } from '../src/authorize.ts'

vi.mock(import('node:crypto'), async (importOriginal) => {
  const original = await importOriginal()
  return { ...original, timingSafeEqual: vi.fn(original.timingSafeEqual) }
})

const compared = vi.mocked(timingSafeEqual)
beforeEach(() => void compared.mockClear())

const authorize = authorizeBy('the-right-key')
const wanted = { scope: 'read', operation: 'listCalls' } as const
const ask = (authorization?: string) => authorize !== false && authorize({ headers: { authorization } }, wanted)

describe('the API key', () => {
  it('lets in whoever bears it, and nobody else', () => {
    expect(['Bearer the-right-key', 'bearer  the-right-key'].map(ask)).toEqual([true, true])
    const wrong = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'the-right-key',
      'Basic the-right-key',
      'Bearer the-right-key x',
      'Bearer The-right-key',
    ]
    expect(wrong.map(ask)).toEqual(Array(wrong.length).fill('unauthenticated'))
  })

  it.each(['x', 'the-right-kez', 'xhe-right-key', 'the-right-key', 'k'.repeat(5_000)])(
    'is compared by digests of one length, whatever was given (%#)',
    (given) => {
      ask(`Bearer ${given}`)
      expect(compared.mock.calls.map(([left, right]) => [left.byteLength, right.byteLength])).toEqual([[32, 32]])
    },
  )
})
