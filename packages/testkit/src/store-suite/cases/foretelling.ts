import { deepEqual } from 'node:assert/strict'
import { type AttemptWrite, type LocatedAttempt, written } from '@ebra/core'
import type { Setup } from '../scene.ts'
import { storeCases } from '../store-case.ts'
import type { Worker } from '../worker.ts'
import { accepted, held, move, putBack, retried, revived, settled, unconfirmed, writeOf } from '../writes.ts'

type Step = (located: LocatedAttempt) => AttemptWrite

/** What core knows of a record after a write, without having read it. */
export const foretelling = storeCases('foretelling what a write leaves behind', {
  'of an attempt that is accepted, and ends': (setup) => follow(setup, [(live) => accepted(live, 'p-1'), settled]),
  'of an attempt that fails, in the end': (setup) => follow(setup, [(live) => settled(live, 'busy', 'FAILED')]),
  'of an attempt that is tried again': (setup) => follow(setup, [(live) => retried(live, 1_000.2)]),
  'of an attempt that is put back, and proves to ring': (setup) => follow(setup, [(live) => putBack(live, 0.1), revived, settled]),
  'of an attempt that is in doubt, held and lost': (setup) =>
    follow(setup, [unconfirmed, held, (live) => settled(live, 'lost', 'EXPIRED'), revived]),
  'of an attempt whose outcome is corrected once it has ended': (setup) =>
    follow(setup, [
      settled,
      (ended) =>
        writeOf(
          ended,
          { outcome: 'voicemail', details: { durationSec: 12.5, summary: 'Nobody.' } },
          { call: move(ended, { status: 'COMPLETED', outcome: 'voicemail' }) },
        ),
      (ended) => writeOf(ended, { details: { durationSec: 13 }, aliases: ['CA-1'] }, { isSign: true }),
    ]),

  'of an attempt that is no longer the last of its call': async (setup) => {
    const { worker, clock } = await setup()
    const { attempt } = await worker.write(retried(await worker.dial(), 0))
    await worker.write(accepted(await worker.claimOne(), 'p-2'))
    clock.advance(1_000)
    await foretell(worker, await worker.attempt(attempt.attemptId), (older) =>
      writeOf(older, { details: { durationSec: 3 }, providerCallId: 'p-1' }, { isSign: true }),
    )
  },

  'of an attempt whose call was erased': async (setup) => {
    const { worker, clock } = await setup()
    const { attempt, call } = await worker.write(settled(await worker.dial()))
    await worker.store.eraseCall({ callId: call.id })
    clock.advance(1_000)
    await foretell(worker, await worker.attempt(attempt.attemptId), (ended) =>
      writeOf(ended, { details: { summary: 'late', durationSec: 4 } }),
    )
  },
})

async function follow(setup: Setup, steps: readonly Step[]): Promise<void> {
  const { worker, clock } = await setup()
  let record: LocatedAttempt = await worker.dial()
  for (const step of steps) {
    clock.advance(1_000)
    record = await foretell(worker, record, step)
  }
}

async function foretell(worker: Worker, before: LocatedAttempt, step: Step): Promise<LocatedAttempt> {
  const write = step(before)
  const { now, missed } = await worker.commit({ writes: [write] })
  deepEqual(missed, [])
  const after = await worker.attempt(write.attemptId)
  deepEqual(written(before, write, now), after)
  return after
}
