import type { Attempt, Call } from '@ebra/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seed } from './chance.ts'
import { allFates, type Fate, isSpent } from './interleaved-platform.ts'
import { InterleavedScene, type Operation } from './interleaved-scene.ts'
import type { Commit } from './interleaved-store.ts'
import { keepResult } from './results.ts'
import { patience, sized } from './size.ts'

const schedules = sized(60, 2_000)
const calls = fc.nat({ max: 5 })

const operations: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('enqueue'), line: fc.nat({ max: 1 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('update'), call: calls }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel'), call: calls }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resolve'), dial: calls }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.constantFrom(1_000, 6_000, 20_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('pause', 'resume', 'stop') }) },
)

describe(`everything that can happen at once to calls (seed ${seed})`, () => {
  it('leaves at most one live attempt of a call and of a number, one request for each attempt, and a row that the accepted operations explain', {
    timeout: patience(90_000),
  }, async () => {
    const counts = { schedules: 0, steps: 0, dials: 0 }
    const property = fc.asyncProperty(
      fc.scheduler(),
      fc.array(operations, { minLength: 4, maxLength: 14, size: 'max' }),
      fc.array(fc.constantFrom(...allFates), { maxLength: 8, size: 'max' }),
      async (scheduler, list, fates) => {
        const scene = new InterleavedScene(scheduler, fates)
        await scene.run(list)
        await scene.finish()
        const { dials, commits, rows, revived, broken } = await scene.judged()
        expect(broken).toEqual([])
        expect(new Set(dials.map(({ request }) => request.attemptId)).size).toBe(dials.length)
        expect(revived).toBe(0)
        const fateOf = new Map(dials.map(({ request, fate }) => [request.attemptId, fate]))
        for (const { call, attempts } of rows) {
          assertExplained(call, attempts, fateOf)
          assertLastNumberDialed(call, commits)
          assertNoneAfterCancel(call, commits)
        }
        counts.schedules++
        counts.steps += scheduler.report().length
        counts.dials += dials.length
      },
    )
    await fc.assert(property, { seed, numRuns: schedules })
    keepResult({
      row: 19,
      promise: 'Everything that can happen at once to calls, interleaved step by step, with SQLite in memory',
      n: counts.schedules,
      result: `0 broken invariants in ${counts.steps} steps, 0 of ${counts.dials} attempts sent twice, 0 numbers dialed but the last accepted`,
    })
  })
})

/** What a call has become follows from the fates of its dials, and from nothing but an accepted cancellation. */
function assertExplained(call: Call, attempts: readonly Attempt[], fateOf: ReadonlyMap<string, Fate>): void {
  const met = attempts.flatMap(({ attemptId }) => fateOf.get(attemptId) ?? [])
  const last = met.findLast(isSpent)
  const expected = last?.startsWith('completed')
    ? 'COMPLETED'
    : call.cancelRequestedAt !== null || last === undefined
      ? 'CANCELED'
      : 'FAILED'
  const isCanceledInTime = call.status === 'CANCELED' && expected === 'FAILED' && call.attempts < call.maxAttempts
  expect(isCanceledInTime ? 'FAILED' : call.status, `${call.id}: ${met.join(', ')}`).toBe(expected)
  expect(call.attempts).toBe(met.filter(isSpent).length)
}

/** Whoever was told that a change holds finds it in every later dial; and there is one, unless the call was canceled. */
function assertLastNumberDialed({ id, status }: Call, commits: readonly Commit[]): void {
  const own = commits.filter(({ callId }) => callId === id)
  let accepted: string | null = null
  for (const commit of own) {
    if (commit.kind === 'changed') accepted = commit.to
    else if (commit.kind === 'claimed' && accepted !== null) expect(commit.to).toBe(accepted)
  }
  if (status !== 'CANCELED') expect(own.findLast(({ kind }) => kind !== 'canceled')?.kind).toBe('claimed')
}

function assertNoneAfterCancel({ id, status }: Call, commits: readonly Commit[]): void {
  const own = commits.filter(({ callId }) => callId === id)
  const canceledAt = own.findIndex(({ kind }) => kind === 'canceled')
  const isAsked = canceledAt !== -1
  expect(own.slice(isAsked ? canceledAt : own.length).filter(({ kind }) => kind !== 'canceled')).toEqual([])
  expect(isAsked ? ['CANCELED', 'COMPLETED'] : ['COMPLETED', 'FAILED']).toContain(status)
}
