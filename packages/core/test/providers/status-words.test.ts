import { describe, expect, test } from 'vitest'
import { readCallReport } from '../../src/providers/call-report.ts'

function stateOf(report: object) {
  const reading = readCallReport(report)
  return reading.kind === 'report' ? reading.report.state : expect.unreachable(reading.message)
}

describe('a status word', () => {
  test.each([
    ['QUEUED', { kind: 'live', phase: 'queued' }],
    ['RINGING', { kind: 'live', phase: 'ringing' }],
    ['IN_PROGRESS', { kind: 'live', phase: 'answered' }],
    ['COMPLETED', { kind: 'ended', outcome: 'completed' }],
    ['FAILED', { kind: 'ended', outcome: 'failed' }],
    ['BUSY', { kind: 'ended', outcome: 'busy' }],
    ['NO_ANSWER', { kind: 'ended', outcome: 'no-answer' }],
    ['VOICEMAIL', { kind: 'ended', outcome: 'voicemail' }],
    ['CANCELED', { kind: 'ended', outcome: 'canceled' }],
    ['CANCELLED', { kind: 'ended', outcome: 'canceled' }],
  ])('%s means the same in any case, with - or _ or spaces', (word, state) => {
    const spellings = [word, word.toLowerCase(), word.replaceAll('_', '-'), word.replaceAll('_', ' ').toLowerCase(), ` ${word}\n`]
    for (const status of spellings) expect(stateOf({ status })).toEqual({ ...state, details: {} })
  })

  test('of progress never ends a call, whatever comes with it', () => {
    const end = { completedAt: '2026-03-01T10:00:00Z', durationSec: 5 }
    expect(stateOf({ status: 'ringing', ...end })).toEqual({ kind: 'live', phase: 'ringing', details: {} })
    expect(stateOf({ status: 'in-progress', ...end, recordingUrl: 'https://r' })).toEqual({
      kind: 'live',
      phase: 'answered',
      details: { recordingUrl: 'https://r' },
    })
  })

  test('REJECTED is a refusal for good, in the words of the platform', () => {
    const rejected = (error: unknown) => stateOf({ status: 'rejected', error })
    expect(rejected(undefined)).toEqual({
      kind: 'refused',
      refusal: { kind: 'rejected', code: 'REJECTED', message: 'The provider rejected the call.' },
    })
    expect(rejected('blocked country')).toMatchObject({ refusal: { code: 'REJECTED', message: 'blocked country' } })
    expect(rejected({ code: 'E1', message: 'no' })).toMatchObject({ refusal: { code: 'E1', message: 'no' } })
    expect(rejected({ code: 17 })).toMatchObject({ refusal: { code: '17', message: 'The provider rejected the call.' } })
  })

  test('that nobody knows is kept, and is a failure only once the call is over', () => {
    const completedAt = '2026-03-01T10:00:00Z'
    expect(stateOf({ status: 'Carrier-Lost' })).toEqual({ kind: 'live', phase: 'queued', details: { reason: 'Carrier-Lost' } })
    expect(stateOf({ status: 'Carrier-Lost', durationSec: 0 })).toEqual({
      kind: 'ended',
      outcome: 'failed',
      details: { reason: 'Carrier-Lost', durationSec: 0 },
    })
    expect(stateOf({ status: 'toString', completedAt })).toMatchObject({
      kind: 'ended',
      outcome: 'failed',
      details: { reason: 'toString' },
    })
  })

  test('of failure keeps what went wrong as the reason', () => {
    expect(stateOf({ status: 'FAILED', error: 'sip 503' })).toMatchObject({ details: { reason: 'sip 503' } })
    expect(stateOf({ status: 'FAILED', error: { code: 'sip-503', message: 'Unavailable' } })).toMatchObject({
      details: { reason: 'sip-503: Unavailable' },
    })
    expect(stateOf({ status: 'FAILED', error: 503 })).toEqual({ kind: 'ended', outcome: 'failed', details: {} })
  })
})
