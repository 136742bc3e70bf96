import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LocatedAttempt } from '../../src/domain/attempt-write.ts'
import type { Fact } from '../../src/domain/facts.ts'
import { lifecycle, type Standing } from '../../src/domain/lifecycle.ts'
import { outcomes } from '../../src/domain/outcome.ts'
import { standingOf, transition } from '../../src/domain/transition.ts'
import { aRecord, noon, rules, written } from './lifecycle-fixtures.ts'

const ids = { providerCallId: fc.constantFrom(null, 'p-1'), aliases: fc.constant<readonly string[]>([]) }
const phase = fc.constantFrom('queued' as const, 'ringing' as const, 'answered' as const)
const details = fc.constantFrom({}, { durationSec: 12 }, { answeredBy: 'machine' as const }, { summary: 'short' })
const refusal = fc.constantFrom(
  { kind: 'rejected', code: '400', message: 'bad number' } as const,
  { kind: 'not-placed', code: 'ECONNREFUSED', message: 'down' } as const,
  { kind: 'throttled', code: '429', message: 'slow down' } as const,
)

const event: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({ kind: fc.constant('progress' as const), phase, details, ...ids }),
  fc.record({ kind: fc.constant('ended' as const), outcome: fc.constantFrom(...outcomes), details, ...ids }),
  fc.record({ kind: fc.constant('details' as const), details, outcome: fc.constantFrom(null, 'voicemail' as const) }),
)
const fact: fc.Arbitrary<Fact> = fc.oneof(
  event,
  fc.record({ kind: fc.constant('accepted' as const), providerState: fc.constant({}), ...ids }),
  fc.record({ kind: fc.constant('refused' as const), by: fc.constantFrom('dial' as const, 'event' as const), refusal, details }),
  fc.constantFrom<Fact>(
    { kind: 'unanswered', message: 'timeout' },
    { kind: 'not-sent', message: 'late', retryInMs: 0 },
    { kind: 'postponed', reason: 'quiet hours', retryInMs: 1_000 },
    { kind: 'absent' },
    { kind: 'withdrawn', reason: 'opted out' },
    { kind: 'nothing-new' },
    { kind: 'lost', message: 'silent', lastSignAt: noon },
    { kind: 'resolved', verdict: 'not-rang' },
    { kind: 'resolved', verdict: { ended: 'completed' } },
  ),
)
const choice = fc.constantFrom('retry' as const, 'expire' as const, 'hold' as const)
const someRules = fc.record({ unconfirmed: choice, silent: choice }).map((onLost) => rules({ onLost }))

describe('the lifecycle', () => {
  it('has a move for every fact in every standing', () => {
    const kinds = Object.keys(lifecycle.PLACING)
    for (const standing of Object.keys(lifecycle) as Standing[]) expect(Object.keys(lifecycle[standing])).toEqual(kinds)
  })

  it('keeps a call IN_PROGRESS exactly while its latest attempt holds a slot', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 12 }), someRules, (facts, by) => {
        const record = facts.reduce((before, next) => afterOne(before, next, by), aRecord())
        expect(record.call.status === 'IN_PROGRESS').toBe(record.attempt.status !== 'ENDED')
      }),
      { numRuns: 2_000 },
    )
  })

  it('spends an attempt exactly when it may have rung', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 12 }), someRules, (facts, by) => {
        const record = facts.reduce((before, next) => afterOne(before, next, by), aRecord())
        expect(record.call.attempts).toBe(record.attempt.putBack ? 0 : 1)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never moves a call again once its attempt ended by the word of the provider', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 6 }), fc.array(fact, { maxLength: 6 }), someRules, (before, later, by) => {
        const ended = before.reduce((record, next) => afterOne(record, next, by), aRecord())
        fc.pre(standingOf(ended) === 'ENDED')
        const final = later.reduce((record, next) => afterOne(record, next, by), ended)
        expect(final.call.status).toBe(ended.call.status)
        expect(final.call.nextAttemptAt).toEqual(ended.call.nextAttemptAt)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never moves the call of an attempt that is not its latest', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 8 }), someRules, (facts, by) => {
        const start = aRecord({ isLatest: false, attempt: { status: 'ENDED', outcome: 'lost' } })
        const record = facts.reduce((before, next) => afterOne(before, next, by), start)
        expect(record.call).toEqual(start.call)
      }),
      { numRuns: 1_000 },
    )
  })

  it('ends in the same status in whatever order, and however often, the events of one call arrive', () => {
    const events = fc.tuple(
      fc.constantFrom('completed' as const, 'busy' as const, 'canceled' as const),
      fc.subarray(['queued', 'ringing', 'answered'] as const),
    )
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.nat()), ([outcome, phases], order) => {
        const told: readonly Fact[] = [...phases.map((reached) => progressed(reached)), endedAs(outcome)]
        const shuffled = [...told, ...told].map((item) => ({ item, at: order.next().value ?? 0 })).sort((a, b) => a.at - b.at)
        const clean = told.reduce((record, next) => afterOne(record, next), aRecord())
        const messy = shuffled.reduce((record, { item }) => afterOne(record, item), aRecord())
        expect({ ...messy.call }).toEqual({ ...clean.call })
        expect(messy.attempt.outcome).toBe(clean.attempt.outcome)
      }),
      { numRuns: 2_000 },
    )
  })
})

function afterOne(record: LocatedAttempt, next: Fact, by = rules()): LocatedAttempt {
  const decided = transition(record, next, by)
  return decided.kind === 'applied' ? written(record, decided.write) : record
}

function progressed(reached: 'queued' | 'ringing' | 'answered'): Fact {
  return { kind: 'progress', phase: reached, details: {}, providerCallId: 'p-1', aliases: [] }
}

function endedAs(outcome: 'completed' | 'busy' | 'canceled'): Fact {
  return { kind: 'ended', outcome, details: { durationSec: 3 }, providerCallId: 'p-1', aliases: [] }
}
