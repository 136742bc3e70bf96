import { deepEqual, equal } from 'node:assert/strict'
import { someCalls } from '../calls.ts'
import { assertFacts, assertSame, first } from '../expectations.ts'
import { storeCases } from '../store-case.ts'
import { accepted, putBack, retried } from '../writes.ts'

/** No dial begins after the deadline of a call. */
export const expiring = storeCases('calls that expire', {
  'a pending call expires at its deadline, and not before': async (setup) => {
    const { worker, clock } = await setup()
    const { id } = await worker.enqueue({ expiresAt: new Date(clock.now().getTime() + 1_000) })
    clock.advance(999)
    deepEqual((await worker.turn({ expireDue: true })).expired, [])
    clock.advance(1)
    const { expired } = await worker.turn({ expireDue: true })
    const call = await worker.call(id)
    deepEqual(expired, [call])
    assertFacts(call, { status: 'EXPIRED', nextAttemptAt: null, endedAt: clock.now(), updatedAt: clock.now() })
    deepEqual((await worker.turn({ expireDue: true })).expired, [])
  },

  'a call expires whether it is due, scheduled or waits for a retry': async (setup) => {
    const { worker, clock } = await setup()
    const expiresAt = new Date(clock.now().getTime() + 1_000)
    const retrying = await worker.dial({ expiresAt })
    await worker.write(retried(retrying, 60_000))
    const [due, scheduled] = await worker.enqueueAll([{ expiresAt }, { expiresAt, scheduledAt: new Date(expiresAt.getTime() - 1) }])
    clock.advance(1_000)
    const { expired } = await worker.turn({ expireDue: true })
    assertSame(
      expired.map(({ id }) => id),
      [retrying.call.id, due?.id ?? '', scheduled?.id ?? ''],
    )
  },

  'a call whose deadline has passed is not claimed, expired yet or not': async (setup) => {
    const { worker, clock } = await setup()
    const { id } = await worker.enqueue({ expiresAt: new Date(clock.now().getTime() + 1_000) })
    clock.advance(1_000)
    deepEqual(await worker.claimIds(), [])
    assertFacts(await worker.call(id), { status: 'PENDING' })
    const { claimed, expired } = await worker.claimingTurn({}, { expireDue: true })
    deepEqual([claimed.length, expired.length], [0, 1])
  },

  'a turn that was not asked to leaves calls past their deadline alone': async (setup) => {
    const { worker, clock } = await setup()
    const { id } = await worker.enqueue({ expiresAt: new Date(clock.now().getTime() + 1_000) })
    clock.advance(60_000)
    deepEqual((await worker.turn()).expired, [])
    assertFacts(await worker.call(id), { status: 'PENDING' })
  },

  'a live call is left alone past its deadline': async (setup) => {
    const { worker, clock } = await setup()
    const claimed = await worker.dial({ expiresAt: new Date(clock.now().getTime() + 1_000) })
    await worker.write(accepted(claimed))
    clock.advance(60_000)
    deepEqual((await worker.turn({ expireDue: true })).expired, [])
    assertFacts(await worker.call(claimed.call.id), { status: 'IN_PROGRESS' })
  },

  'a turn expires at most a thousand calls': async (setup) => {
    const { store, worker, clock } = await setup()
    await store.insertCalls({ calls: someCalls(1_001, { expiresAt: new Date(clock.now().getTime() + 1_000) }) })
    clock.advance(1_000)
    equal((await worker.turn({ expireDue: true })).expired.length, 1_000)
    equal((await worker.turn({ expireDue: true })).expired.length, 1)
  },
})

/** A process whose COMMIT was never answered never dials what it may have claimed. */
export const abandonedTurns = storeCases('turns whose COMMIT was never answered', {
  'what such a turn claimed is put back, and due at once': async (setup) => {
    const { worker, clock } = await setup()
    const { call } = await worker.dial()
    clock.advance(1_000)
    await worker.turn({ abandoned: [worker.lastTurn] })
    const { attempt, call: now } = await worker.attempt(`${call.id}.1`)
    assertFacts(now, { status: 'PENDING', attempts: 0, nextAttemptAt: clock.now() })
    assertFacts(attempt, { status: 'ENDED', putBack: true, endedAt: clock.now() })
    equal((await worker.claimOne()).attempt.attemptId, `${call.id}.2`)
  },

  'what such a turn claimed can be claimed in the turn that puts it back': async (setup) => {
    const { worker } = await setup({ configured: 1 })
    const { call } = await worker.dial()
    const { claimed } = await worker.claimingTurn({}, { abandoned: [worker.lastTurn] })
    equal(first(claimed).attempt.attemptId, `${call.id}.2`)
  },

  'only what those turns of this very process claimed is put back': async (setup) => {
    const { worker, store } = await setup()
    const before = await worker.dial()
    const abandoned = await worker.dial()
    const turn = worker.lastTurn
    const after = await worker.dial()
    await store.commitTurn({ ...emptyTurn, by: { processId: 'another process', number: 1 }, abandoned: [turn] })
    assertFacts(await worker.call(abandoned.call.id), { status: 'IN_PROGRESS' })
    await worker.turn({ abandoned: [turn] })
    assertFacts(await worker.call(abandoned.call.id), { status: 'PENDING' })
    for (const { call } of [before, after]) assertFacts(await worker.call(call.id), { status: 'IN_PROGRESS' })
  },

  'an attempt that is known to have gone on is not put back': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    const turn = worker.lastTurn
    const placed = await worker.write(accepted(claimed))
    await worker.turn({ abandoned: [turn] })
    deepEqual(await worker.attempt(claimed.attempt.attemptId), placed)
  },

  'a call that was canceled meanwhile ends instead': async (setup) => {
    const { store, worker, clock } = await setup()
    const { call } = await worker.dial()
    const turn = worker.lastTurn
    await store.cancelCall({ callId: call.id })
    await worker.turn({ abandoned: [turn] })
    assertFacts(await worker.call(call.id), { status: 'CANCELED', attempts: 0, nextAttemptAt: null, endedAt: clock.now() })
  },

  'history keeps only the last of a run, however it was put back': async (setup) => {
    const { store, worker } = await setup()
    const claimed = await worker.dial()
    await worker.write(putBack(claimed))
    await worker.claimOne()
    await worker.turn({ abandoned: [worker.lastTurn] })
    const attempts = await store.listAttempts({ callId: claimed.call.id })
    deepEqual(
      attempts.map(({ attemptNumber }) => attemptNumber),
      [2],
    )
  },

  'turns that claimed nothing put nothing back': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    await worker.turn({ abandoned: [98, 99] })
    assertFacts(await worker.call(claimed.call.id), { status: 'IN_PROGRESS' })
  },
})

const emptyTurn = { writes: [], seen: [], parked: [], unparked: [], gates: [], expireDue: false, claim: null } as const
