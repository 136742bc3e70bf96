import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AttemptDetails } from '../../src/domain/attempt.ts'
import { detailsFromJson, detailsToJson, learnDetails, limitDetails, mergeDetails } from '../../src/domain/details.ts'
import { cutMark, maxDetailsBytes } from '../../src/domain/details-size.ts'

const noon = new Date('2026-01-01T12:00:00.000Z')
const everything: AttemptDetails = {
  reason: 'customer-ended-call',
  answeredBy: 'human',
  answeredAt: noon,
  endedAt: new Date('2026-01-01T12:01:30.000Z'),
  durationSec: 90,
  cost: { amount: '0.0125', currency: 'USD' },
  recordingUrl: 'https://example.com/recording.mp3',
  transcript: 'Hello.',
  summary: 'They said hello.',
  data: { booked: true, slots: [1, 2] },
}

describe('merged details', () => {
  test('hold the newer of two facts, and all that only one of them has', () => {
    expect(mergeDetails({ reason: 'a', durationSec: 1, data: { a: 1 } }, { durationSec: 2, data: { b: 2 }, summary: 's' })).toEqual({
      reason: 'a',
      durationSec: 2,
      data: { b: 2 },
      summary: 's',
    })
  })

  test('lose nothing to what is undefined', () => {
    const nothing: object = { reason: undefined, endedAt: undefined }
    expect(mergeDetails(everything, nothing)).toBe(everything)
  })

  test('are the same object when nothing is new', () => {
    expect(mergeDetails(everything, structuredClone(everything))).toBe(everything)
    expect(mergeDetails(everything, {})).toBe(everything)
    expect(mergeDetails(everything, { endedAt: noon })).not.toBe(everything)
  })
})

describe('details that are learned', () => {
  test('twice change nothing the second time, also where what was told is not stored or was cut', () => {
    const told = { ...everything, transcript: 'word '.repeat(100_000) }
    for (const storeDetails of ['all', 'facts', 'none'] as const) {
      const known = learnDetails({}, told, storeDetails)
      expect(known).not.toEqual({})
      expect(learnDetails(known, structuredClone(told), storeDetails)).toBe(known)
    }
  })

  test('are not news when only what is not stored differs', () => {
    const known = learnDetails({}, everything, 'facts')
    expect(learnDetails(known, { transcript: 'Another.' }, 'facts')).toBe(known)
    expect(learnDetails(known, { summary: 'Another.' }, 'facts')).toEqual({ ...known, summary: 'Another.' })
  })
})

describe('limited details', () => {
  test('keep what the host wants to store', () => {
    const { transcript, ...facts } = everything
    const { answeredBy, answeredAt, endedAt, durationSec } = everything
    expect(limitDetails(everything, 'all')).toEqual(everything)
    expect(limitDetails(everything, 'facts')).toEqual(facts)
    expect(limitDetails(everything, 'none')).toEqual({ answeredBy, answeredAt, endedAt, durationSec })
  })

  test('leave out what makes no sense, and keep the rest', () => {
    const nonsense: object = {
      reason: 7,
      answeredBy: 'dog',
      answeredAt: new Date(Number.NaN),
      endedAt: new Date('1999-12-31T23:59:59.999Z'),
      durationSec: -1,
      cost: { amount: 1, currency: 'USD' },
      recordingUrl: 'x'.repeat(8_193),
      data: { when: noon },
      summary: 'kept',
      secret: 'dropped',
    }
    expect(limitDetails(nonsense, 'all')).toEqual({ summary: 'kept' })
    expect(limitDetails({ durationSec: Number.NaN }, 'all')).toEqual({})
  })

  test('hold text that every database takes', () => {
    expect(limitDetails({ reason: 'a\0b\ud83d', transcript: '\udc00' }, 'all')).toEqual({ reason: 'a\ufffdb\ufffd', transcript: '\ufffd' })
  })

  test('have their transcript cut at its end, and marked, to fill exactly the room there is', () => {
    const limited = limitDetails({ ...everything, transcript: 'a'.repeat(10_000_000) }, 'all')
    expect(limited.transcript?.endsWith(`aaa${cutMark}`)).toBe(true)
    expect(bytesOf(limited)).toBe(maxDetailsBytes)
    expect({ ...limited, transcript: '' }).toEqual({ ...everything, transcript: '' })
  })

  test('lose their data next, and then the end of their summary', () => {
    const data = { text: 'd'.repeat(maxDetailsBytes - 40) }
    const summary = 's'.repeat(maxDetailsBytes)
    expect(Object.keys(limitDetails({ data, transcript: 'tttttttt', reason: 'r' }, 'all'))).toEqual(['reason', 'data'])
    const limited = limitDetails({ data, summary, transcript: 't', reason: 'r' }, 'all')
    expect(Object.keys(limited)).toEqual(['reason', 'summary'])
    expect(limited.summary?.endsWith(`s${cutMark}`)).toBe(true)
  })

  test('of any text fit, say how the transcript began, split no surrogate pair, and stay as they are when limited again', () => {
    const long = fc.tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 40_000 }))
    fc.assert(
      fc.property(long, fc.string({ unit: 'binary' }), ([unit, times], summary) => {
        const transcript = unit.repeat(times)
        const limited = limitDetails({ transcript, summary }, 'all')
        expect(bytesOf(limited)).toBeLessThanOrEqual(maxDetailsBytes)
        expect(limited.transcript?.isWellFormed()).toBe(true)
        const beginning = limited.transcript?.replace(cutMark, '') ?? ''
        expect(transcript.replaceAll('\0', '\ufffd').startsWith(beginning)).toBe(true)
        expect(limitDetails(limited, 'all')).toEqual(limited)
      }),
      { numRuns: 50 },
    )
  })
})

describe('details in a database', () => {
  test('come back as they were', () => {
    const json = detailsToJson(everything)
    expect(json.endedAt).toBe('2026-01-01T12:01:30.000Z')
    expect(detailsFromJson(JSON.parse(JSON.stringify(json)))).toEqual(everything)
    expect(detailsFromJson(detailsToJson({}))).toEqual({})
  })

  test('that another release wrote, or nobody did, do no harm', () => {
    expect(detailsFromJson({ reason: 'r', mood: 'good', answeredAt: 'yesterday' })).toEqual({ reason: 'r' })
    expect(detailsFromJson(null)).toEqual({})
    expect(detailsFromJson('text')).toEqual({})
  })
})

function bytesOf(details: AttemptDetails): number {
  return Buffer.byteLength(JSON.stringify(details))
}
