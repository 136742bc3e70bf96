import { deepEqual, equal } from 'node:assert/strict'
import type { LocatedAttempt } from '@ebra/core'
import { assertFacts, assertSame, first } from '../expectations.ts'
import { storeCases, storeCasesNeeding } from '../store-case.ts'
import type { Worker } from '../worker.ts'
import { accepted, held, move, putBack, retried, settled, unconfirmed, writeOf } from '../writes.ts'

/** What core decided of an attempt is written whole, or not at all. */
export const writing = storeCases("writing an attempt's new state", {
  'all that core decided of an attempt is written as given': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    const next = {
      status: 'UNCONFIRMED',
      phase: 'answered',
      outcome: 'voicemail',
      error: { code: 'e1', message: 'It is “odd”.' },
      details: {
        reason: 'machine_end_beep',
        answeredBy: 'machine',
        answeredAt: new Date('2030-01-01T00:00:01.234Z'),
        endedAt: new Date('2030-01-01T00:00:31.999Z'),
        durationSec: 30.765,
        cost: { amount: '0.0130', currency: 'EUR' },
        recordingUrl: 'https://example.com/r?a=1&b=2',
        transcript: 'Hello?\nHello! 👋',
        summary: '',
        data: { z: [1], a: { deep: null } },
      },
      putBack: false,
      providerCallId: 'p-1',
      aliases: ['CA-1', 'CA-2'],
      providerState: { controlUrl: 'wss://example.com', b: 1, a: 2 },
    } as const
    const written = await worker.write(writeOf(claimed, next))
    assertFacts(written.attempt, { ...next, revision: claimed.attempt.revision + 1 })
    deepEqual(written, await worker.attempt(claimed.attempt.attemptId))
  },

  'what was written can be emptied again': async (setup) => {
    const { worker } = await setup()
    const emptied = { phase: null, outcome: null, error: null, details: {}, providerCallId: null, aliases: [], providerState: {} }
    const filled = writeOf(await worker.dial(), {
      status: 'LIVE',
      phase: 'ringing',
      error: { code: 'e1', message: 'odd' },
      details: { reason: 'odd' },
      providerCallId: 'p-1',
      aliases: ['CA-1'],
      providerState: { a: 1 },
    })
    const { attempt } = await worker.write(writeOf(await worker.write(filled), emptied))
    assertFacts(attempt, emptied)
  },

  'a write of an older revision changes nothing, and is named as missed': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    const placed = await worker.write(accepted(claimed, 'p-1'))
    const stale = { ...settled(claimed), seen: ['e-1'] }
    const { applied, missed } = await worker.turn({ writes: [stale] })
    deepEqual({ applied, missed }, { applied: [], missed: [claimed.attempt.attemptId] })
    deepEqual(await worker.attempt(claimed.attempt.attemptId), placed)
    deepEqual(await worker.seenAmong([{ provider: 'sim', eventId: 'e-1' }]), [])
  },

  'a write that finds its call in another status changes nothing': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    for (const from of ['PENDING', 'COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED'] as const) {
      const call = { ...move(claimed, { status: 'FAILED' }), from }
      const write = writeOf(claimed, { status: 'ENDED' }, { call, isSign: true, seen: ['e-1'] })
      deepEqual((await worker.turn({ writes: [write] })).missed, [claimed.attempt.attemptId], from)
    }
    deepEqual(await worker.attempt(claimed.attempt.attemptId), { call: claimed.call, attempt: claimed.attempt, isLatest: true })
    deepEqual(await worker.seenAmong([{ provider: 'sim', eventId: 'e-1' }]), [])
  },

  'an older attempt no longer moves its call': async (setup) => {
    const { worker } = await setup()
    const { older, newer } = await dialedTwice(worker)
    const write = writeOf(older, { outcome: 'completed' }, { call: move(newer, { status: 'COMPLETED' }) })
    deepEqual((await worker.turn({ writes: [write] })).missed, [older.attempt.attemptId])
    assertFacts(await worker.call(older.call.id), { status: 'IN_PROGRESS' })
    assertFacts((await worker.attempt(older.attempt.attemptId)).attempt, { outcome: 'no-answer' })
  },

  'an older attempt is still written where its call is left alone': async (setup) => {
    const { worker } = await setup()
    const { older, newer } = await dialedTwice(worker)
    const written = await worker.write(writeOf(older, { details: { summary: 'late' } }))
    assertFacts(written, { call: newer.call, isLatest: false })
    assertFacts(written.attempt, { details: { summary: 'late' } })
  },

  'a write of an attempt that does not exist is missed': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    for (const attemptId of [`${claimed.call.id}.2`, 'no-such-attempt']) {
      deepEqual((await worker.turn({ writes: [{ ...accepted(claimed), attemptId }] })).missed, [attemptId])
    }
  },

  'a write that misses does not hold up the others of its turn': async (setup) => {
    const { worker } = await setup()
    const [one, two, three] = [await worker.dial(), await worker.dial(), await worker.dial()]
    await worker.write(accepted(two))
    const { applied, missed } = await worker.turn({ writes: [three, two, one].map((each) => settled(each)) })
    assertSame(
      applied.map(({ attempt }) => attempt.attemptId),
      [one.attempt.attemptId, three.attempt.attemptId],
    )
    deepEqual(missed, [two.attempt.attemptId])
    deepEqual(first(applied), await worker.attempt(first(applied).attempt.attemptId))
  },

  'a turn may carry several hundred writes': async (setup) => {
    const { worker } = await setup({ configured: 400 })
    await worker.enqueueAll(Array.from({ length: 400 }, () => ({})))
    const claimed = await worker.claim({ limit: 400 })
    equal(claimed.length, 400)
    const { applied } = await worker.turn({ writes: claimed.map((each) => settled(each)) })
    equal(applied.length, 400)
    equal((await worker.store.readMetrics()).calls.COMPLETED, 400)
  },

  'an empty turn answers the time and nothing else': async (setup) => {
    const { worker, clock } = await setup()
    assertFacts(await worker.turn(), {
      now: clock.now(),
      applied: [],
      missed: [],
      claimed: [],
      expired: [],
      gates: [],
      gatesClosed: [],
      gatesOpened: [],
    })
  },

  'a sign of life is dated, and only that': async (setup) => {
    const { worker, clock } = await setup()
    const claimed = await worker.dial()
    clock.advance(1_000)
    const silent = await worker.write(unconfirmed(claimed))
    assertFacts(silent.attempt, { lastSignAt: claimed.attempt.startedAt })
    const spoken = await worker.write(accepted(silent))
    assertFacts(spoken.attempt, { lastSignAt: clock.now(), startedAt: claimed.attempt.startedAt })
  },

  'a call is dated when it moves, and not when its attempt alone does': async (setup) => {
    const { worker, clock } = await setup()
    const claimed = await worker.dial()
    clock.advance(1_000)
    const placed = await worker.write(accepted(claimed))
    assertFacts(placed.call, { updatedAt: claimed.call.updatedAt })
    clock.advance(1_000)
    const { call } = await worker.write(settled(placed))
    assertFacts(call, { updatedAt: clock.now(), createdAt: claimed.call.createdAt })
  },

  'an attempt that is still live has not ended': async (setup) => {
    const { worker } = await setup()
    for (const write of [accepted, unconfirmed, held]) {
      const { attempt } = await worker.write(write(await worker.dial()))
      assertFacts(attempt, { endedAt: null })
    }
  },

  'events that led to a write are seen once it holds': async (setup) => {
    const { worker } = await setup()
    await worker.write({ ...accepted(await worker.dial()), seen: ['e-1', 'e-2'] })
    const keys = ['e-1', 'e-2', 'e-3'].map((eventId) => ({ provider: 'sim', eventId }))
    assertSame(
      (await worker.seenAmong(keys)).map(({ eventId }) => eventId),
      ['e-1', 'e-2'],
    )
  },

  'a write does not hold whose event was seen before': async (setup) => {
    const { worker } = await setup()
    const live = await worker.write({ ...accepted(await worker.dial()), seen: ['e-1'] })
    for (const seen of [['e-1'], ['e-2', 'e-1']]) {
      deepEqual((await worker.turn({ writes: [{ ...settled(live), seen }] })).missed, [live.attempt.attemptId])
    }
    deepEqual(await worker.attempt(live.attempt.attemptId), live)
    deepEqual(await worker.seenAmong([{ provider: 'sim', eventId: 'e-2' }]), [])
    await worker.write({ ...settled(live), seen: ['e-2'] })
  },

  'a write does not hold whose event may mean another attempt': async (setup) => {
    const { worker } = await setup()
    const [one, other] = [
      await worker.write(accepted(await worker.dial(), 'p-1')),
      await worker.write(accepted(await worker.dial(), 'p-2')),
    ]
    const alias = await worker.write(writeOf(await worker.dial(), { status: 'LIVE', aliases: ['CA-3', 'p-2'] }))
    for (const namedBy of [['p-2'], ['unknown', 'CA-3']]) {
      deepEqual((await worker.turn({ writes: [{ ...settled(one), namedBy }] })).missed, [one.attempt.attemptId], namedBy.join())
    }
    deepEqual((await worker.turn({ writes: [{ ...settled(other), namedBy: ['p-2'] }] })).missed, [other.attempt.attemptId])
    await worker.write({ ...settled(one), namedBy: ['p-1', 'unknown'] })
    await worker.write({ ...settled(alias), namedBy: ['CA-3'] })
  },

  'an id means another attempt at its own provider only': async (setup) => {
    const { worker } = await setup()
    const providers = ['sim', 'other'].map((name) => ({ name, placeTimeoutMs: 1_000, maxConcurrent: null }))
    await worker.enqueueAll([{ provider: 'sim' }, { provider: 'other' }])
    const claimed = await worker.claim({ providers })
    const [one, other] = [await worker.write(accepted(first(claimed), 'p-1')), await worker.write(accepted(first(claimed.slice(1)), 'p-1'))]
    for (const live of [one, other]) await worker.write({ ...settled(live), namedBy: ['p-1'] })
  },

  'of two writes of one revision that race, one holds': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    const turns = [accepted(claimed), unconfirmed(claimed), settled(claimed), putBack(claimed), held(claimed)]
    const results = await Promise.all(turns.map((write) => worker.turn({ writes: [write] })))
    equal(results.flatMap(({ applied }) => applied).length, 1)
    equal(results.flatMap(({ missed }) => missed).length, 4)
  },
})

/** Turns of several processes that write the same attempts. */
export const fleetWriting = storeCasesNeeding('other-processes', "writing an attempt's new state in a fleet", {
  'turns that write the same attempts in different orders all come through, and each write holds once': async (setup) => {
    const { worker, anotherWorker } = await setup()
    const other = await anotherWorker()
    await worker.enqueueAll(Array.from({ length: 30 }, () => ({})))
    let live: readonly LocatedAttempt[] = await worker.claim()
    for (let round = 0; round < 10; round += 1) {
      const writes = live.map((each) => accepted(each))
      const turns = [worker.turn({ writes }), other.turn({ writes: writes.toReversed() }), worker.turn({ writes: writes.toReversed() })]
      const results = await Promise.all(turns)
      live = results.flatMap(({ applied }) => applied)
      equal(live.length, 30)
      equal(results.flatMap(({ missed }) => missed).length, 60)
    }
  },
})

async function dialedTwice(worker: Worker) {
  const { attempt } = await worker.write(retried(await worker.dial(), 0))
  const newer = await worker.claimOne()
  return { older: await worker.attempt(attempt.attemptId), newer }
}
