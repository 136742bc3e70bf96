import { deepEqual, equal } from 'node:assert/strict'
import type { AttemptWrite, LocatedAttempt } from '@ebra/core'
import { assertSame } from '../expectations.ts'
import { storeCases } from '../store-case.ts'
import { usualClaim } from '../worker.ts'
import { accepted, held, putBack, retried, revived, settled, unconfirmed } from '../writes.ts'

const to = '+12025550101'

const endings: Readonly<Record<string, (located: LocatedAttempt) => AttemptWrite>> = {
  settled,
  'put back for later': (located) => putBack(located, 60_000),
  'retried later': (located) => retried(located, 60_000),
}

/** A phone that may be ringing is not rung again. */
export const busyNumbers = storeCases('one live attempt per number', {
  'of two calls to one number a turn claims the first': async (setup) => {
    const { worker } = await setup()
    const [one] = await worker.enqueueAll([{ to }, { to }, { to }])
    deepEqual(await worker.claimIds(), [one?.id])
    deepEqual(await worker.claimIds(), [])
  },

  'a number is busy in every status of its attempt but ENDED': async (setup) => {
    const { store, worker } = await setup()
    for (const write of [null, accepted, unconfirmed, held]) {
      const claimed = await worker.dial({ to })
      const located = write === null ? claimed : await worker.write(write(claimed))
      const waiting = await worker.enqueue({ to })
      deepEqual(await worker.claimIds(), [], located.attempt.status)
      await store.cancelCall({ callId: waiting.id })
      await worker.write(settled(located))
    }
  },

  'a call waits for its number only, while others go on': async (setup) => {
    const { worker } = await setup()
    await worker.dial({ to })
    const [, other] = await worker.enqueueAll([{ to, priority: 9 }, { to: '+12025550102' }])
    deepEqual(await worker.claimIds({ limit: 1 }), [other?.id])
  },

  'calls that wait for a busy number, however many, keep no other from being claimed': async (setup) => {
    const { worker } = await setup()
    await worker.dial({ to })
    await worker.enqueueAll(Array.from({ length: 500 }, () => ({ to, priority: 9 })))
    const { id } = await worker.enqueue()
    const claimed: string[] = []
    for (let turn = 0; turn < 20 && claimed.length === 0; turn += 1) claimed.push(...(await worker.claimIds({ limit: 1 })))
    deepEqual(claimed, [id])
  },

  'a call that is not exclusive never waits': async (setup) => {
    const { worker } = await setup()
    await worker.dial({ to })
    const [one, two] = await worker.enqueueAll([
      { to, exclusive: false },
      { to, exclusive: false },
    ])
    assertSame(await worker.claimIds(), [one?.id ?? '', two?.id ?? ''])
  },

  'an exclusive call waits for one that is not': async (setup) => {
    const { worker } = await setup()
    const live = await worker.dial({ to, exclusive: false })
    const { id } = await worker.enqueue({ to })
    deepEqual(await worker.claimIds(), [])
    await worker.write(settled(live))
    deepEqual(await worker.claimIds(), [id])
  },

  'within a turn, too, an exclusive call waits for one that is not': async (setup) => {
    const { worker } = await setup()
    const [open] = await worker.enqueueAll([{ to, exclusive: false, priority: 1 }, { to }])
    deepEqual(await worker.claimIds(), [open?.id])
  },

  'within a turn, too, a call that is not exclusive joins one that is': async (setup) => {
    const { worker } = await setup()
    const calls = await worker.enqueueAll([
      { to, priority: 1 },
      { to, exclusive: false },
    ])
    assertSame(
      await worker.claimIds(),
      calls.map(({ id }) => id),
    )
  },

  'a number is free once its attempt ended, however it ended': async (setup) => {
    const { store, worker } = await setup()
    for (const [name, ending] of Object.entries(endings)) {
      const live = await worker.dial({ to })
      const { id } = await worker.enqueue({ to })
      deepEqual(await worker.claimIds(), [])
      await worker.write(ending(live))
      const next = await worker.claimOne()
      equal(next.call.id, id, name)
      await worker.write(settled(next))
      await store.cancelCall({ callId: live.call.id })
    }
  },

  'a number that a turn frees is dialed in the same turn': async (setup) => {
    const { worker } = await setup()
    const live = await worker.dial({ to })
    const { id } = await worker.enqueue({ to })
    deepEqual(await worker.claimIds(), [])
    const { claimed } = await worker.claimingTurn({}, { writes: [settled(live)] })
    deepEqual(
      claimed.map(({ call }) => call.id),
      [id],
    )
  },

  'a number is free only when its last attempt has ended': async (setup) => {
    const { worker } = await setup()
    const one = await worker.dial({ to, exclusive: false })
    const two = await worker.dial({ to, exclusive: false })
    const { id } = await worker.enqueue({ to })
    deepEqual(await worker.claimIds(), [])
    await worker.write(settled(one))
    deepEqual(await worker.claimIds(), [])
    await worker.write(settled(two))
    deepEqual(await worker.claimIds(), [id])
  },

  'an attempt that came back makes its number busy again': async (setup) => {
    const { worker } = await setup()
    const lost = await worker.write(settled(await worker.dial({ to }), 'lost', 'EXPIRED'))
    const back = await worker.write(revived(lost))
    const { id } = await worker.enqueue({ to })
    deepEqual(await worker.claimIds(), [])
    await worker.write(settled(back))
    deepEqual(await worker.claimIds(), [id])
  },

  'the number that counts is the one that is being dialed': async (setup) => {
    const { store, worker } = await setup()
    const live = await worker.dial({ to })
    await worker.write(retried(live, 0))
    await store.updateCallIfPending({ callId: live.call.id, changes: { to: '+12025550102' } })
    await worker.claimOne()
    const [free, busy] = await worker.enqueueAll([{ to }, { to: '+12025550102' }])
    deepEqual(await worker.claimIds(), [free?.id])
    equal(busy?.status, 'PENDING')
  },

  'a number is busy whichever provider dials it': async (setup) => {
    const { worker } = await setup()
    await worker.dial({ to })
    await worker.enqueue({ to, provider: 'other' })
    const other = { name: 'other', placeTimeoutMs: 1_000, maxConcurrent: null }
    deepEqual(await worker.claimIds({ providers: [...usualClaim.providers, other] }), [])
  },
})
