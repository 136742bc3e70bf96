import { deepEqual, equal } from 'node:assert/strict'
import { endedStatuses } from '../endings.ts'
import { assertFacts } from '../expectations.ts'
import { storeCases } from '../store-case.ts'
import type { Worker } from '../worker.ts'
import { accepted, move, putBack, retried, revived, settled, writeOf } from '../writes.ts'

/** How a call follows its attempt: to an end, to its next try, or back to life. */
export const callMoves = storeCases('moving a call with its attempt', {
  'a call ends with its attempt, in any of the four ways': async (setup) => {
    const { worker, clock } = await setup()
    for (const status of endedStatuses) {
      const claimed = await worker.dial()
      clock.advance(1_000)
      const lastError = { code: 'e1', message: status }
      const call = move(claimed, { status, outcome: 'failed', lastError, attempts: 0 })
      const written = await worker.write(writeOf(claimed, { status: 'ENDED', outcome: 'failed' }, { call }))
      assertFacts(written.attempt, { status: 'ENDED', endedAt: clock.now(), startedAt: claimed.attempt.startedAt })
      const facts = { status, outcome: 'failed', lastError, attempts: 0, endedAt: clock.now(), nextAttemptAt: null } as const
      assertFacts(written.call, facts)
      assertFacts(await worker.call(written.call.id), facts)
    }
  },

  'a call that goes back to PENDING is due after the span that core decided': async (setup) => {
    const { worker, clock } = await setup()
    const claimed = await worker.dial()
    clock.advance(1_000)
    const { call } = await worker.write(retried(claimed, 30_000))
    const due = new Date(clock.now().getTime() + 30_000)
    assertFacts(call, { status: 'PENDING', outcome: 'no-answer', attempts: 1, nextAttemptAt: due, endedAt: null })
    clock.advance(29_999)
    deepEqual(await worker.claimIds(), [])
    clock.advance(1)
    deepEqual(await worker.claimIds(), [call.id])
  },

  'a refinement of an attempt that has ended leaves the time of its end': async (setup) => {
    const { worker, clock } = await setup()
    const over = await worker.write(settled(await worker.dial()))
    clock.advance(60_000)
    const refined = await worker.write(writeOf(over, { details: { durationSec: 7 } }, { isSign: true }))
    assertFacts(refined.attempt, { endedAt: over.attempt.endedAt, lastSignAt: clock.now() })
    deepEqual(refined.call, { ...over.call, durationSec: 7 })
  },

  'a late end corrects a guess, and moves the call from one end to another': async (setup) => {
    const { worker } = await setup()
    const lost = await worker.write(settled(await worker.dial(), 'lost', 'EXPIRED'))
    const { call, attempt } = await worker.write(settled(lost, 'completed', 'COMPLETED'))
    assertFacts(call, { status: 'COMPLETED', outcome: 'completed' })
    assertFacts(attempt, { status: 'ENDED', outcome: 'completed' })
  },

  'a late sign of life brings an ended call back, and its slot and number with it': async (setup) => {
    const { store, worker } = await setup({ configured: 1 })
    for (const status of endedStatuses) {
      const lost = await worker.write(settled(await worker.dial(), 'lost', status))
      const { call, attempt } = await worker.write(revived(lost))
      assertFacts(call, { status: 'IN_PROGRESS', endedAt: null, nextAttemptAt: null })
      assertFacts(attempt, { status: 'LIVE', endedAt: null })
      equal((await store.readMetrics()).live, 1)
      const { id } = await worker.enqueue()
      deepEqual(await worker.claimIds(), [])
      await store.cancelCall({ callId: id })
      await worker.write(settled(await worker.attempt(attempt.attemptId)))
    }
  },

  'a late sign of life brings a call back that was put back': async (setup) => {
    const { worker } = await setup()
    const { call, attempt } = await worker.write(putBack(await worker.dial(), 60_000))
    const back = await worker.write(revived({ call, attempt, isLatest: true }))
    assertFacts(back.call, { status: 'IN_PROGRESS', nextAttemptAt: null })
    assertFacts(back.attempt, { status: 'LIVE', endedAt: null })
  },

  'an attempt that came back over the cap keeps everything else from being claimed until it fits': async (setup) => {
    const { store, worker } = await setup({ configured: 1 })
    const lost = await worker.write(settled(await worker.dial(), 'lost', 'EXPIRED'))
    const other = await worker.dial()
    await worker.write(revived(lost))
    equal((await store.readMetrics()).live, 2)
    const { id } = await worker.enqueue()
    await worker.write(settled(other))
    deepEqual(await worker.claimIds(), [])
    await worker.write(settled(await worker.attempt(lost.attempt.attemptId)))
    deepEqual(await worker.claimIds(), [id])
  },

  'an attempt moves on without its call where the call is left alone': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    const placed = await worker.write(accepted(claimed, 'p-1'))
    deepEqual(placed.call, { ...claimed.call, providerCallId: 'p-1' })
  },
})

/** Dials that reached no phone spend nothing, and never lend their number to another. */
export const putBacks = storeCases('putting a dial back', {
  'a dial that was put back spends nothing': async (setup) => {
    const { worker, clock } = await setup()
    const { call, attempt } = await worker.write(putBack(await worker.dial(), 5_000))
    assertFacts(call, { status: 'PENDING', attempts: 0, nextAttemptAt: new Date(clock.now().getTime() + 5_000) })
    assertFacts(attempt, { status: 'ENDED', putBack: true, endedAt: clock.now() })
  },

  'a number that was put back is never given again': async (setup) => {
    const { worker } = await setup()
    let claimed = await worker.dial()
    const met = [claimed.attempt.attemptId]
    for (let dial = 2; dial <= 5; dial += 1) {
      await worker.write(putBack(claimed))
      claimed = await worker.claimOne()
      assertFacts(claimed.call, { attempts: 1 })
      met.push(claimed.attempt.attemptId)
    }
    deepEqual(
      met,
      [1, 2, 3, 4, 5].map((number) => `${claimed.call.id}.${number}`),
    )
  },

  'history keeps only the last of a run of put-backs': async (setup) => {
    const { store, worker } = await setup()
    const { call } = await worker.dial({ maxAttempts: 9 })
    const endings = [putBack, putBack, retried, putBack, retried, retried, putBack, putBack, putBack]
    for (const [index, ending] of endings.entries()) {
      await worker.write(ending(await worker.attempt(`${call.id}.${index + 1}`), 0))
      await worker.claimOne()
    }
    const attempts = await store.listAttempts({ callId: call.id })
    deepEqual(
      attempts.map(({ attemptNumber, putBack }) => [attemptNumber, putBack]),
      [
        [2, true],
        [3, false],
        [4, true],
        [5, false],
        [6, false],
        [9, true],
        [10, false],
      ],
    )
  },

  'history leaves the attempts of other calls alone': async (setup) => {
    const { store, worker } = await setup()
    const other = await worker.write(putBack(await worker.dial(), 60_000))
    const { call } = await worker.dial()
    await putBackTwice(worker, call.id)
    equal((await store.listAttempts({ callId: other.call.id })).length, 1)
    equal((await store.listAttempts({ callId: call.id })).length, 1)
  },

  'a call can be dialed again in the very turn that put it back': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    const { claimed: again } = await worker.claimingTurn({}, { writes: [putBack(claimed)] })
    deepEqual(
      again.map(({ attempt }) => attempt.attemptId),
      [`${claimed.call.id}.2`],
    )
  },
})

async function putBackTwice(worker: Worker, callId: string): Promise<void> {
  await worker.write(putBack(await worker.attempt(`${callId}.1`)))
  await worker.claimOne()
  await worker.write(putBack(await worker.attempt(`${callId}.2`)))
}
