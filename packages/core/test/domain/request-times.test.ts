import { describe, expect, it } from 'vitest'
import { isAbsenceProof, isRepeatable } from '../../src/domain/request-times.ts'
import { aRecord, noon } from './lifecycle-fixtures.ts'

describe('an unconfirmed dial', () => {
  const { attempt } = aRecord({ attempt: { status: 'UNCONFIRMED' } })
  const promise = { windowMs: 60_000, placeTimeoutMs: 10_000 }

  it('may be sent again while the request surely arrives, with five seconds to spare, before its key is forgotten', () => {
    expect(isRepeatable(attempt, after(44_999), promise)).toBe(true)
    expect(isRepeatable(attempt, after(45_000), promise)).toBe(false)
    expect(isRepeatable(attempt, after(-1), promise)).toBe(false)
  })

  it('is absent when the platform’s index had time to follow all that could be under way when its answer was due', () => {
    expect(isAbsenceProof(attempt, after(44_999), { windowMs: null, settleMs: 30_000 })).toBe(false)
    expect(isAbsenceProof(attempt, after(45_000), { windowMs: null, settleMs: 30_000 })).toBe(true)
  })

  it('is absent no sooner than its key could be sent again for the last time', () => {
    expect(isAbsenceProof(attempt, after(89_999), { windowMs: 60_000, settleMs: 30_000 })).toBe(false)
    expect(isAbsenceProof(attempt, after(90_000), { windowMs: 60_000, settleMs: 30_000 })).toBe(true)
  })

  it('is never absent once the platform has spoken of it: then it was forgotten', () => {
    const held = aRecord({ attempt: { status: 'HELD', phase: 'queued' } }).attempt
    expect(isAbsenceProof(held, after(86_400_000), { windowMs: null, settleMs: 0 })).toBe(false)
  })
})

function after(ms: number): Date {
  return new Date(noon.getTime() + ms)
}
