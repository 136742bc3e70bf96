import { describe, expect, it } from 'vitest'
import type { Attempt } from '../../src/domain/attempt.ts'
import type { LocatedAttempt } from '../../src/domain/attempt-write.ts'
import type { Call } from '../../src/domain/call.ts'
import type { Fact } from '../../src/domain/facts.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Rules } from '../../src/domain/rules.ts'
import { transition } from '../../src/domain/transition.ts'
import { aRecord, noon, rules, written } from './lifecycle-fixtures.ts'

describe('an attempt that ends', () => {
  const ends: readonly [Outcome, Call['status']][] = [
    ['completed', 'COMPLETED'],
    ['voicemail', 'COMPLETED'],
    ['canceled', 'CANCELED'],
    ['rejected', 'FAILED'],
    ['no-answer', 'PENDING'],
    ['busy', 'PENDING'],
    ['failed', 'PENDING'],
  ]
  it.each(ends)('as %s leaves its call %s while attempts are left', (outcome, status) => {
    expect(after(ended(outcome)).call).toMatchObject({ status, outcome, attempts: 1 })
  })

  it.each(['no-answer', 'busy', 'failed'] as const)('as %s fails its call on the last attempt', (outcome) => {
    expect(after(ended(outcome), { call: { attempts: 3 } }).call).toMatchObject({ status: 'FAILED', outcome, nextAttemptAt: null })
  })

  it('is tried again after the backoff', () => {
    expect(after(ended('busy')).call.nextAttemptAt).toEqual(new Date(noon.getTime() + 15_000))
  })

  it('expires its call at once where the retry would come after the deadline', () => {
    const expiresAt = new Date(noon.getTime() + 15_000)
    expect(after(ended('busy'), { call: { expiresAt } }).call).toMatchObject({ status: 'EXPIRED', outcome: 'busy' })
  })

  it('is never retried once its call was canceled', () => {
    const call = { cancelRequestedAt: noon }
    expect(after(ended('busy'), { call }).call.status).toBe('CANCELED')
    expect(after(ended('completed'), { call }).call.status).toBe('COMPLETED')
  })

  it('is voicemail when a machine had answered, even if the platform says completed', () => {
    const attempt: Partial<Attempt> = { status: 'LIVE', phase: 'answered', details: { answeredBy: 'machine' } }
    expect(after(ended('completed'), { attempt })).toMatchObject({
      attempt: { outcome: 'voicemail' },
      call: { status: 'COMPLETED', outcome: 'voicemail' },
    })
  })

  it('leaves its call alone when a newer attempt is under way', () => {
    const record = aRecord({ isLatest: false, attempt: { status: 'ENDED', outcome: 'lost' } })
    const decided = transition(record, ended('completed'), rules())
    expect(decided).toMatchObject({ kind: 'applied', effects: ['revived', 'ended'], write: { call: null, next: { outcome: 'completed' } } })
  })
})

describe('a dial that surely reached no phone', () => {
  const refusals: readonly Fact[] = [
    { kind: 'refused', by: 'dial', refusal: { kind: 'not-placed', code: 'ECONNREFUSED', message: 'refused' }, details: {} },
    { kind: 'refused', by: 'dial', refusal: { kind: 'throttled', code: '429', message: 'slow down', retryAfterMs: 7_000 }, details: {} },
    { kind: 'refused', by: 'dial', refusal: { kind: 'blocked', scope: 'provider', code: '401', message: 'wrong key' }, details: {} },
    { kind: 'not-sent', message: 'too late', retryInMs: 0 },
    { kind: 'postponed', reason: 'quiet hours', retryInMs: 60_000 },
  ]
  it.each(refusals)('is put back and spends nothing: $kind', (fact) => {
    expect(after(fact)).toMatchObject({
      attempt: { status: 'ENDED', putBack: true, outcome: null },
      call: { status: 'PENDING', attempts: 0 },
    })
  })

  it('is not dialed again before the Retry-After', () => {
    const [, throttled] = refusals
    expect(after(throttled as Fact).call.nextAttemptAt).toEqual(new Date(noon.getTime() + 7_000))
  })

  it('has rung after all when a real end arrives, and is spent', () => {
    const call: Partial<Call> = { status: 'PENDING', attempts: 0 }
    const attempt: Partial<Attempt> = { status: 'ENDED', putBack: true }
    expect(after(ended('completed'), { call, attempt })).toMatchObject({
      attempt: { putBack: false, outcome: 'completed' },
      call: { status: 'COMPLETED', attempts: 1 },
    })
  })

  it('is failed, not put back, when the refusal comes after it rang', () => {
    const [fact] = refusals
    expect(after(fact as Fact, { attempt: { status: 'LIVE', phase: 'ringing' } }).attempt).toMatchObject({
      outcome: 'failed',
      putBack: false,
    })
  })

  it('stays refused when the answer that it overtook says accepted, and is live again when the phone rings', () => {
    const record = {
      call: { status: 'PENDING' as const, attempts: 0 },
      attempt: { status: 'ENDED' as const, putBack: true, error: { code: 'throttled', message: '429' } },
    }
    const accepted: Fact = { kind: 'accepted', providerCallId: 'p-1', aliases: [], providerState: {} }
    expect(transition(aRecord(record), accepted, rules()).kind).toBe('ignored')
    expect(after(progress('ringing'), record)).toMatchObject({ attempt: { status: 'LIVE' }, call: { status: 'IN_PROGRESS', attempts: 1 } })
  })

  it('is not put back by a refusal that comes after another sign of the provider', () => {
    const record = aRecord({ attempt: { status: 'ENDED', outcome: 'completed' }, call: { status: 'COMPLETED' } })
    expect(transition(record, refusals[0] as Fact, rules()).kind).toBe('ignored')
  })
})

describe('an attempt of which nobody can say whether it rang', () => {
  const unanswered: Fact = { kind: 'unanswered', message: 'socket hang up' }

  it('keeps its slot, and is looked at when it is stale where the provider cannot be asked', () => {
    const decided = transition(aRecord(), unanswered, rules())
    expect(decided).toMatchObject({ effects: ['unconfirmed'], write: { call: null, next: { status: 'UNCONFIRMED' }, checkInMs: 900_000 } })
  })

  it('is asked about at once where the provider can be asked', () => {
    expect(transition(aRecord(), unanswered, rules({ canAsk: true }))).toMatchObject({ write: { checkInMs: 0 } })
  })

  it('is put back when the provider has no such call', () => {
    expect(after({ kind: 'absent' }, { attempt: { status: 'UNCONFIRMED' } })).toMatchObject({
      attempt: { putBack: true },
      call: { status: 'PENDING', attempts: 0 },
    })
  })

  it('is put back by the worker that surely never sent it, unless another may have sent it under the same key', () => {
    const record = aRecord({ attempt: { status: 'UNCONFIRMED' } })
    const fact: Fact = { kind: 'not-sent', message: 'late', retryInMs: 0 }
    expect(transition(record, fact, rules())).toMatchObject({ kind: 'applied', effects: ['put-back'] })
    expect(transition(record, fact, rules({ isRepeated: true })).kind).toBe('ignored')
  })

  it.each(['UNCONFIRMED', 'HELD', 'LIVE'] as const)(
    'is not put back by a refusal of its first request where a repeat may have been accepted since: %s',
    (status) => {
      const record = aRecord({ attempt: { status } })
      const refusal = { kind: 'throttled', code: '429', message: 'slow down' } as const
      expect(transition(record, { kind: 'refused', by: 'dial', refusal, details: {} }, rules({ isRepeated: true })).kind).toBe('ignored')
      expect(transition(record, { kind: 'refused', by: 'event', refusal, details: {} }, rules({ isRepeated: true })).kind).toBe('applied')
    },
  )
})

describe('an attempt that is lost', () => {
  const lost: Fact = { kind: 'lost', message: 'silent', lastSignAt: noon }
  const choices: readonly [Attempt['status'], 'retry' | 'expire' | 'hold', Partial<Attempt>, Partial<Call>][] = [
    ['UNCONFIRMED', 'retry', { status: 'ENDED', outcome: 'lost' }, { status: 'PENDING', attempts: 1 }],
    ['UNCONFIRMED', 'expire', { status: 'ENDED', outcome: 'lost' }, { status: 'EXPIRED' }],
    ['UNCONFIRMED', 'hold', { status: 'HELD', outcome: null }, { status: 'IN_PROGRESS' }],
    ['LIVE', 'retry', { status: 'ENDED', outcome: 'lost' }, { status: 'PENDING', attempts: 1 }],
    ['LIVE', 'expire', { status: 'ENDED', outcome: 'lost' }, { status: 'EXPIRED' }],
    ['LIVE', 'hold', { status: 'HELD', outcome: null }, { status: 'IN_PROGRESS' }],
  ]
  it.each(choices)('while %s, with the choice %s, goes where the host said', (status, choice, attempt, call) => {
    const onLost: Rules['onLost'] = status === 'LIVE' ? { silent: choice, unconfirmed: 'hold' } : { silent: 'hold', unconfirmed: choice }
    expect(
      after(
        lost,
        { attempt: { status } },
        rules({ onLost: status === 'LIVE' && choice === 'hold' ? { ...onLost, unconfirmed: 'expire' } : onLost }),
      ),
    ).toMatchObject({ attempt, call })
  })

  it('expires its call on the last attempt', () => {
    expect(after(lost, { attempt: { status: 'UNCONFIRMED' }, call: { attempts: 3 } }).call).toMatchObject({
      status: 'EXPIRED',
      outcome: 'lost',
    })
  })

  it('is not lost when it has spoken since it was judged', () => {
    const record = aRecord({ attempt: { status: 'LIVE', lastSignAt: new Date(noon.getTime() + 1) } })
    expect(transition(record, lost, rules()).kind).toBe('ignored')
  })

  it('never reopens a call that has ended: its real end only says how', () => {
    const record = {
      call: { status: 'EXPIRED' as const, outcome: 'lost' as const },
      attempt: { status: 'ENDED' as const, outcome: 'lost' as const },
    }
    expect(after(ended('busy'), record).call).toMatchObject({ status: 'FAILED', outcome: 'busy', nextAttemptAt: null })
    expect(after(ended('completed'), record).call).toMatchObject({ status: 'COMPLETED', outcome: 'completed' })
  })

  it('takes its call back to IN_PROGRESS when it proves to be live, as long as no newer attempt was claimed', () => {
    const record = { call: { status: 'PENDING' as const }, attempt: { status: 'ENDED' as const, outcome: 'lost' as const } }
    expect(after(progress('ringing'), record)).toMatchObject({
      attempt: { status: 'LIVE', outcome: null },
      call: { status: 'IN_PROGRESS', attempts: 1 },
    })
  })
})

describe('an attempt that has ended by the provider’s word', () => {
  const over = {
    attempt: { status: 'ENDED' as const, outcome: 'completed' as const },
    call: { status: 'COMPLETED' as const, outcome: 'completed' as const },
  }

  it.each(['no-answer', 'busy', 'failed', 'rejected', 'canceled', 'completed'] as const)('is not reopened by a later %s', (outcome) => {
    const record = after(ended(outcome), over)
    expect(record.attempt.outcome).toBe('completed')
    expect(record.call.status).toBe('COMPLETED')
  })

  it('is refined to voicemail by a later analysis, with its call', () => {
    const fact: Fact = { kind: 'details', details: { summary: 'left a message' }, outcome: 'voicemail' }
    expect(after(fact, over)).toMatchObject({
      attempt: { outcome: 'voicemail', details: { summary: 'left a message' } },
      call: { status: 'COMPLETED', outcome: 'voicemail' },
    })
  })

  it('knows the same course of the call in whatever order it was told', () => {
    const answered: Fact = {
      kind: 'progress',
      phase: 'answered',
      details: { answeredAt: noon, answeredBy: 'machine' },
      providerCallId: null,
      aliases: [],
    }
    const inOrder = [answered, ended('completed')].reduce((record, fact) => step(record, fact), aRecord())
    const late = [ended('completed'), answered].reduce((record, fact) => step(record, fact), aRecord())
    expect(late.attempt.details).toEqual(inOrder.attempt.details)
    expect([late.attempt.outcome, late.attempt.phase, late.call.outcome]).toEqual(['voicemail', 'answered', 'voicemail'])
  })

  it('keeps what only the answer to the dial can tell, though an event gave its id first', () => {
    const live = { attempt: { status: 'LIVE' as const, phase: 'ringing' as const, providerCallId: 'p-1' } }
    const accepted: Fact = { kind: 'accepted', providerCallId: 'p-1', aliases: [], providerState: { controlUrl: 'https://c' } }
    expect(after(accepted, live).attempt.providerState).toEqual({ controlUrl: 'https://c' })
  })

  it('makes one row of an answer and events, in whatever order they come', () => {
    const accepted: Fact = { kind: 'accepted', providerCallId: 'p-1', aliases: ['sid-1'], providerState: { controlUrl: 'https://c' } }
    const ringing: Fact = { kind: 'progress', phase: 'ringing', details: {}, providerCallId: 'sid-1', aliases: [] }
    const analysis: Fact = { kind: 'details', details: {}, outcome: 'voicemail' }
    const [clean, ...others] = ordersOf([accepted, ringing, ended('completed'), analysis]).map((facts) => facts.reduce(step, aRecord()))
    expect(clean?.attempt).toMatchObject({
      providerCallId: 'p-1',
      aliases: ['sid-1'],
      outcome: 'voicemail',
      details: { answeredBy: 'machine' },
    })
    for (const { call, attempt } of others)
      expect({ call, attempt }).toEqual({ call: clean?.call, attempt: { ...clean?.attempt, revision: attempt.revision } })
  })

  it('keeps what the answer to the dial tells, though it comes after the attempt was given up', () => {
    const accepted: Fact = { kind: 'accepted', providerCallId: 'p-1', aliases: [], providerState: { controlUrl: 'https://c' } }
    for (const status of ['PENDING', 'EXPIRED'] as const) {
      const lost = { call: { status }, attempt: { status: 'ENDED' as const, outcome: 'lost' as const } }
      expect(after(accepted, lost).attempt).toMatchObject({
        providerCallId: 'p-1',
        phase: 'queued',
        providerState: { controlUrl: 'https://c' },
      })
    }
  })

  it('ignores the same end told twice', () => {
    const once = after(ended('completed'), { attempt: { status: 'LIVE' } })
    expect(transition(once, ended('completed'), rules()).kind).toBe('ignored')
  })
})

function after(fact: Fact, changes: Parameters<typeof aRecord>[0] = {}, by: Rules = rules()) {
  const record = aRecord(changes)
  const decided = transition(record, fact, by)
  return decided.kind === 'applied' ? written(record, decided.write) : record
}

function step(record: LocatedAttempt, fact: Fact): LocatedAttempt {
  const decided = transition(record, fact, rules())
  return decided.kind === 'applied' ? written(record, decided.write) : record
}

function ended(outcome: Outcome): Fact {
  return { kind: 'ended', outcome, details: {}, providerCallId: null, aliases: [] }
}

function progress(phase: 'queued' | 'ringing' | 'answered'): Fact {
  return { kind: 'progress', phase, details: {}, providerCallId: null, aliases: [] }
}

function ordersOf<T>(list: readonly T[]): readonly (readonly T[])[] {
  if (list.length === 0) return [[]]
  return list.flatMap((first, index) => ordersOf(list.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}
