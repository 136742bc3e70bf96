import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Outcome, RetryableOutcome } from '../../src/domain/outcome.ts'
import { backoffMs, type RetryOptions, type RetryPolicy, retryPolicyFrom } from '../../src/domain/retry.ts'
import { transition } from '../../src/domain/transition.ts'
import { resolveRetry } from '../../src/orchestrator/retry-settings.ts'
import { aRecord, rules, written } from './lifecycle-fixtures.ts'

const longestMs = 30 * 86_400_000
const delays = fc.integer({ min: 0, max: longestMs })
const shares = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
/** More than any call may have, and one that a put-back leaves. */
const allAttempts = Array.from({ length: 1_001 }, (_, attempts) => attempts)

describe('the backoff, over 1 000 attempts', () => {
  it('lies between half and the whole of a delay that doubles up to its ceiling, and is always a time', () => {
    fc.assert(
      fc.property(delays, delays, shares, (baseDelayMs, maxDelayMs, share) => {
        for (const attempts of allAttempts) {
          const ms = backoffMs({ baseDelayMs, maxDelayMs }, attempts, () => share)
          const doublings = Math.max(0, attempts - 1)
          // Beyond so many doublings every delay but none at all is above every ceiling.
          const whole = baseDelayMs === 0 ? 0 : doublings > 32 ? maxDelayMs : Math.min(maxDelayMs, baseDelayMs * 2 ** doublings)
          const isWithin = Number.isSafeInteger(ms) && ms >= Math.floor(whole / 2) && ms <= whole
          if (!isWithin) expect.fail(`Attempt ${attempts} waits ${ms} ms, which is not between half and the whole of ${whole} ms.`)
        }
      }),
    )
  })

  it('never shrinks from one attempt to the next, with the same jitter, and stays at the ceiling once it is there', () => {
    fc.assert(
      fc.property(delays, delays, shares, (baseDelayMs, maxDelayMs, share) => {
        const waits = allAttempts.map((attempts) => backoffMs({ baseDelayMs, maxDelayMs }, attempts, () => share))
        for (const [index, ms] of waits.entries())
          if (ms < (waits[index - 1] ?? 0)) expect.fail(`Attempt ${index} waits shorter: ${ms} ms.`)
        const ceiling = baseDelayMs === 0 ? 0 : backoffMs({ baseDelayMs: maxDelayMs, maxDelayMs }, 1, () => share)
        expect(waits.at(-1)).toBe(ceiling)
      }),
    )
  })

  it.each([
    [0, 15_000, 30_000],
    [1, 15_000, 30_000],
    [2, 30_000, 60_000],
    [3, 60_000, 120_000],
    [7, 960_000, 1_920_000],
    [8, 1_800_000, 3_600_000],
    [1_000, 1_800_000, 3_600_000],
  ])('by default waits, after %i attempts, from %i to %i ms', (attempts, least, most) => {
    expect(backoffMs({}, attempts, () => 0)).toBe(least)
    expect(backoffMs({}, attempts, () => 1 - 2 ** -32)).toBe(most)
  })
})

describe('a retry policy by options', () => {
  const missed: readonly RetryableOutcome[] = ['no-answer', 'busy', 'failed', 'lost']
  const finals: readonly RetryableOutcome[] = ['voicemail', 'rejected']

  it.each(missed)('retries %s with the backoff unless told otherwise', (outcome) => {
    expect(decide({}, outcome, 1)).toEqual({ retryInMs: 15_000 })
    expect(decide({ byOutcome: { [outcome]: false } }, outcome, 1)).toBe('final')
  })

  it.each(finals)('takes %s for final unless it is named', (outcome) => {
    expect(decide({}, outcome, 1)).toBe('final')
    expect(decide({ byOutcome: { [outcome]: {} } }, outcome, 1)).toEqual({ retryInMs: 15_000 })
  })

  it.each([...missed, ...finals])(
    'gives %s a delay and a number of attempts of its own, without jitter, and no other outcome',
    (outcome) => {
      const options: RetryOptions = { byOutcome: { [outcome]: { delayMs: 60_000, maxAttempts: 2 } } }
      expect([1, 2].map((attempts) => decide(options, outcome, attempts))).toEqual([{ retryInMs: 60_000 }, 'final'])
      const other = outcome === 'busy' ? 'failed' : 'busy'
      expect(decide(options, other, 2)).toEqual({ retryInMs: 30_000 })
    },
  )

  it('never goes beyond the attempts of the call, whatever an outcome allows', () => {
    expect(decide({ byOutcome: { busy: { maxAttempts: 100 } } }, 'busy', 3)).toBe('final')
  })

  function decide(options: RetryOptions, outcome: RetryableOutcome, attempts: number) {
    const { call, attempt } = aRecord({ call: { attempts } })
    return retryPolicyFrom(options)({ call, attempt, outcome, random: () => 0 })
  }
})

describe('a host’s own retry policy', () => {
  it('decides alone, but never beyond the attempts of the call', () => {
    expect(callAfter(() => ({ retryInMs: 7_000 }), 'busy', 1)).toMatchObject({ status: 'PENDING' })
    expect(callAfter(() => ({ retryInMs: 7_000 }), 'busy', 3)).toMatchObject({ status: 'FAILED' })
    expect(callAfter(() => 'final', 'busy', 1)).toMatchObject({ status: 'FAILED' })
    expect(callAfter(() => ({ retryInMs: 0 }), 'voicemail', 1)).toMatchObject({ status: 'PENDING' })
  })

  const nonsense = [
    undefined,
    null,
    'Final',
    0,
    {},
    Promise.resolve('final'),
    ...[Number.NaN, -1, Number.POSITIVE_INFINITY, longestMs + 1, '7000', null].map((retryInMs) => ({ retryInMs })),
  ]
  it.each(nonsense)('that answers %o is told so in the log, and the default decides in its place', (answer) => {
    const { retry, errors } = resolved((() => answer) as unknown as RetryPolicy)
    expect(ask(retry)).toEqual({ retryInMs: 15_000 })
    expect(errors).toEqual(['The retry policy failed; the default decides in its place.'])
  })

  it('that throws does not stop anything either', () => {
    const { retry, errors } = resolved(() => {
      throw new Error('No such customer.')
    })
    expect(ask(retry)).toEqual({ retryInMs: 15_000 })
    expect(errors).toHaveLength(1)
  })

  it('that answers a promise does not end the process when that is rejected', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    onTestFinished(() => void process.off('unhandledRejection', listen))
    const { retry } = resolved((() => Promise.reject(new Error('No such customer.'))) as unknown as RetryPolicy)
    expect(ask(retry)).toEqual({ retryInMs: 15_000 })
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).toEqual([])
  })

  function callAfter(policy: RetryPolicy, outcome: Outcome, attempts: number) {
    const record = aRecord({ call: { attempts } })
    const fact = { kind: 'ended', outcome, details: {}, providerCallId: null, aliases: [] } as const
    const decided = transition(record, fact, rules({ retry: resolved(policy).retry }))
    return decided.kind === 'applied' ? written(record, decided.write).call : record.call
  }

  function ask(policy: RetryPolicy) {
    const { call, attempt } = aRecord()
    return policy({ call, attempt, outcome: 'busy', random: () => 0 })
  }

  function resolved(policy: RetryPolicy) {
    const errors: string[] = []
    const ignore = () => undefined
    const logger = { debug: ignore, info: ignore, warn: ignore, error: (_: object, message: string) => void errors.push(message) }
    return { ...resolveRetry(policy, 'new CallOrchestrator', logger), errors }
  }
})
