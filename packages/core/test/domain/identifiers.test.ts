import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attemptIdOf, isUuid, parseAttemptId, uuidV7Source } from '../../src/domain/identifiers.ts'

const noon = Date.UTC(2026, 0, 1, 12)

describe('the ids of a source', () => {
  test('are UUIDs of version 7 that carry their time', () => {
    const id = uuidV7Source(randomBytes)(noon)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(timeOf(id)).toBe(noon)
  })

  test('only grow, whatever the clock does within ten seconds', () => {
    const steps = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(steps, (offsets) => {
        const next = uuidV7Source(randomBytes)
        const ids = offsets.map((offset) => next(noon + offset))
        expect(ids).toEqual([...new Set(ids)].sort())
      }),
    )
  })

  test('only grow when a hundred thousand are made in one millisecond', () => {
    const next = uuidV7Source(randomBytes)
    let last = next(noon)
    for (let made = 0; made < 100_000; made++) {
      const id = next(noon)
      if (id <= last) expect.unreachable(`${id} came after ${last}`)
      last = id
    }
    expect(timeOf(last)).toBe(noon)
  })

  test('leave room to count even when chance begins as high as it can', () => {
    const next = uuidV7Source((bytes) => new Uint8Array(bytes).fill(0xff))
    expect([next(noon), next(noon)]).toEqual(['019b796d-d600-77ff-bfff-ffffffffffff', '019b796d-d600-7800-8000-0000ffffffff'])
  })

  test('believe a clock that goes back by more than ten seconds', () => {
    const next = uuidV7Source(randomBytes)
    next(noon)
    expect(timeOf(next(noon - 10_000))).toBe(noon)
    expect(timeOf(next(noon - 10_001))).toBe(noon - 10_001)
  })
})

describe('the id of an attempt', () => {
  const callId = uuidV7Source(randomBytes)(noon)

  test('is taken apart into what it was made of', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_147_483_647 }), (number) => {
        expect(parseAttemptId(attemptIdOf(callId, number))).toEqual({ callId, number })
      }),
    )
  })

  test('is refused in any other spelling', () => {
    const spellings = [
      '',
      callId,
      `${callId}.`,
      `${callId}.0`,
      `${callId}.01`,
      `${callId}.1.1`,
      `${callId}.-1`,
      `${callId}.1e3`,
      `${callId}. 1`,
      `${callId}.2147483648`,
    ]
    const others = [`${callId.toUpperCase()}.1`, `x${callId}.1`, `${callId}.1\n`, '.1', `${callId}.99999999999`]
    for (const text of [...spellings, ...others]) expect([text, parseAttemptId(text)]).toEqual([text, null])
  })

  test('has at most 64 characters of those that every platform takes', () => {
    expect(attemptIdOf(callId, 2_147_483_647)).toMatch(/^[a-z0-9.-]{1,64}$/)
  })
})

test('a UUID is one only in lower case and in full', () => {
  const id = '0198c7a0-1111-7222-8333-444444444444'
  expect(isUuid(id)).toBe(true)
  for (const text of ['', 'calls', id.toUpperCase(), `{${id}}`, `${id}\n`, id.replaceAll('-', '')]) {
    expect([text, isUuid(text)]).toEqual([text, text === id])
  }
})

function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
