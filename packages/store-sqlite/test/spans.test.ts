import { parseAttemptId } from '@ebra/core'
import { aCall } from '@ebra/testkit'
import { expect, it } from 'vitest'
import { completed } from './completed.ts'
import { claimingTurn, openStore } from './open-store.ts'

it('a span of a part of a millisecond is no error, and makes nothing due too early', async () => {
  await using opened = await openStore()
  const { store } = opened
  await store.writeControl({ configured: 2 })
  await store.insertCalls({ calls: [aCall(), aCall()] })
  const claim = { limit: 2, providers: [{ name: 'sim', placeTimeoutMs: 10.1, maxConcurrent: null }], sendWindowMs: 5.1, beyondShare: true }
  const { now, claimed } = await store.commitTurn(claimingTurn({ claim }))
  const [one, two] = claimed.map(completed)
  if (one === undefined || two === undefined) throw new Error('Both calls should have been claimed.')
  expect(claimed.map(({ attempt }) => attempt.answerBy.getTime() - now.getTime())).toEqual([17, 17])
  const retried = { ...one, call: one.call && { ...one.call, status: 'PENDING' as const, dueInMs: 1_000.2 } }
  const placed = { ...two, next: { ...two.next, status: 'LIVE' as const, outcome: null }, call: null, checkInMs: 2_000.2 }
  const closing = { kind: 'close', scope: 'provider:other', reason: 'throttled', code: 'c', minMs: 1, maxMs: 1, closesAfter: 1 } as const
  const gates = [{ ...closing, attemptId: one.attemptId, retryAfterMs: 3_000.2 }]
  const turn = await store.commitTurn(claimingTurn({ writes: [retried, placed], gates, claim: null }))
  expect((await store.findCall({ callId: parseAttemptId(one.attemptId)?.callId ?? '' }))?.nextAttemptAt).toEqual(
    new Date(turn.now.getTime() + 1_001),
  )
  expect(turn.gates[0]?.opensInMs).toBe(3_001)
  const { nextDueInMs } = await store.claimChecks({ limit: 1, leaseMs: 20.5, providers: ['sim'], staleAfterMs: 900_000.5 })
  expect(nextDueInMs).toBeGreaterThan(0)
})
