import { deepEqual, equal } from 'node:assert/strict'
import { endedStatuses } from '../endings.ts'
import { assertFacts, assertSame, first } from '../expectations.ts'
import { storeCases } from '../store-case.ts'
import { idsOf, usualClaim } from '../worker.ts'
import { retried, settled } from '../writes.ts'

/** What a claim takes, and what it makes of it. */
export const claiming = storeCases('claiming', {
  'a call that is due is claimed, and its attempt begins': async (setup) => {
    const { worker, clock } = await setup()
    const { id } = await worker.enqueue()
    clock.advance(1_000)
    const claimed = await worker.claimOne()
    const now = clock.now()
    assertFacts(claimed.call, {
      status: 'IN_PROGRESS',
      attempts: 1,
      nextAttemptAt: null,
      startedAt: now,
      updatedAt: now,
      endedAt: null,
      outcome: null,
    })
    assertFacts(claimed.attempt, {
      attemptId: `${id}.1`,
      status: 'PLACING',
      phase: null,
      outcome: null,
      error: null,
      details: {},
      putBack: false,
      aliases: [],
      startedAt: now,
      sentAt: now,
      lastSignAt: now,
      endedAt: null,
      revision: 0,
    })
    assertFacts(claimed, { isLatest: true, strikes: 0 })
    const { strikes: _, ...located } = claimed
    deepEqual(await worker.attempt(claimed.attempt.attemptId), located)
  },

  'a call that was claimed is not offered again': async (setup) => {
    const { worker } = await setup()
    await worker.dial()
    deepEqual(await worker.claimIds(), [])
  },

  'a call that has ended is not offered': async (setup) => {
    const { worker } = await setup()
    for (const status of endedStatuses) {
      await worker.write(settled(await worker.dial(), 'failed', status))
      deepEqual(await worker.claimIds(), [], status)
    }
  },

  'a call is due at its time, and not before': async (setup) => {
    const { worker, clock } = await setup()
    const { id } = await worker.enqueue({ scheduledAt: new Date(clock.now().getTime() + 1_000) })
    clock.advance(999)
    deepEqual(await worker.claimIds(), [])
    clock.advance(1)
    deepEqual(await worker.claimIds(), [id])
  },

  'a claim takes no more than its limit': async (setup) => {
    const { worker } = await setup()
    await worker.enqueueAll([{}, {}, {}])
    equal((await worker.claim({ limit: 2 })).length, 2)
    equal((await worker.claim({ limit: 2 })).length, 1)
  },

  'a turn that does not claim leaves what is due': async (setup) => {
    const { worker } = await setup()
    await worker.enqueue()
    deepEqual((await worker.turn()).claimed, [])
  },

  'the next attempt has the next number, and spends another attempt': async (setup) => {
    const { worker, clock } = await setup()
    const earlier = await worker.dial()
    await worker.write(retried(earlier, 1_000))
    clock.advance(1_000)
    const later = await worker.claimOne()
    assertFacts(later.call, { attempts: 2, startedAt: earlier.call.startedAt, outcome: 'no-answer' })
    assertFacts(later.attempt, { attemptId: `${later.call.id}.2`, attemptNumber: 2, startedAt: clock.now(), revision: 0 })
  },

  'an attempt keeps the number, caller id and script that it dialed': async (setup) => {
    const { store, worker } = await setup()
    const { call, attempt } = await worker.dial({ from: '+12025550100' })
    await worker.write(retried(await worker.attempt(attempt.attemptId), 0))
    await store.updateCallIfPending({ callId: call.id, changes: { to: '+12025550199', from: null, scriptId: 'reminder' } })
    await worker.claimOne()
    const [before, after] = await store.listAttempts({ callId: call.id })
    assertFacts(before ?? {}, { to: call.to, from: '+12025550100', scriptId: 'welcome' })
    assertFacts(after ?? {}, { to: '+12025550199', from: null, scriptId: 'reminder' })
  },

  'a slot that a turn frees is claimed in the same turn': async (setup) => {
    const { worker } = await setup({ configured: 1 })
    const live = await worker.dial()
    const { id } = await worker.enqueue()
    const { claimed, applied } = await worker.claimingTurn({}, { writes: [settled(live)] })
    deepEqual(idsOf(claimed), [id])
    deepEqual(idsOf(applied), [live.call.id])
  },
})

/** Which calls a claim takes first. */
export const claimOrder = storeCases('the order of claims', {
  'higher priority goes first, then what was due earlier, then what was made earlier': async (setup) => {
    const { worker, clock } = await setup()
    const early = new Date(clock.now().getTime() - 1_000)
    const calls = await worker.enqueueAll([
      {},
      { priority: -1, scheduledAt: early },
      { priority: 5 },
      { scheduledAt: early },
      { priority: 5, scheduledAt: early },
      {},
      { priority: 100 },
      { priority: -100 },
    ])
    const expected = [6, 4, 2, 3, 0, 5, 1, 7].map((index) => calls[index]?.id)
    const claimed: string[] = []
    while (claimed.length < calls.length) claimed.push(first(await worker.claimIds({ limit: 1 })))
    deepEqual(claimed, expected)
  },

  'a claim of several takes the first of that order': async (setup) => {
    const { worker } = await setup()
    const calls = await worker.enqueueAll([{}, { priority: 1 }, {}, { priority: 2 }, {}])
    assertSame(
      await worker.claimIds({ limit: 3 }),
      [3, 1, 0].map((index) => calls[index]?.id ?? ''),
    )
  },

  'a retry stands behind those that were due before it': async (setup) => {
    const { worker, clock } = await setup()
    const claimed = await worker.dial()
    const young = await worker.enqueue()
    clock.advance(1)
    await worker.write(retried(claimed, 0))
    deepEqual(await worker.claimIds({ limit: 1 }), [young.id])
    deepEqual(await worker.claimIds({ limit: 1 }), [claimed.call.id])
  },
})

/** Until when a claimed attempt may be sent and answered. */
export const deadlines = storeCases('the deadlines of an attempt', {
  'a dial request begins within the send window, and is answered within the time its provider needs': async (setup) => {
    const { worker, clock } = await setup()
    await worker.enqueue()
    const { attempt } = await worker.claimOne({
      sendWindowMs: 5_000,
      providers: [{ name: 'sim', placeTimeoutMs: 12_000, maxConcurrent: null }],
    })
    const now = clock.now().getTime()
    assertFacts(attempt, { sendBy: new Date(now + 5_000), answerBy: new Date(now + 17_000) })
  },

  'no dial request begins after its call expires': async (setup) => {
    const { worker, clock } = await setup()
    const now = clock.now().getTime()
    const { attempt } = await worker.dial({ expiresAt: new Date(now + 2_000) })
    assertFacts(attempt, { sendBy: new Date(now + 2_000), answerBy: new Date(now + 12_000) })
  },

  'a call that expires after the send window does not shorten it': async (setup) => {
    const { worker, clock } = await setup()
    const now = clock.now().getTime()
    const { attempt } = await worker.dial({ expiresAt: new Date(now + 60_000) })
    assertFacts(attempt, { sendBy: new Date(now + 5_000), answerBy: new Date(now + 15_000) })
  },

  'each provider has its own time to answer': async (setup) => {
    const { worker } = await setup()
    await worker.enqueueAll([{ provider: 'sim' }, { provider: 'slow' }])
    const slow = { name: 'slow', placeTimeoutMs: 60_000, maxConcurrent: null }
    const claimed = await worker.claim({ providers: [...usualClaim.providers, slow] })
    for (const { attempt } of claimed) {
      equal(attempt.answerBy.getTime() - attempt.sendBy.getTime(), attempt.provider === 'slow' ? 60_000 : 10_000)
    }
  },
})

/** Which provider dials a call, and how many calls at once. */
export const claimProviders = storeCases('the providers of a claim', {
  'a call that names a provider is claimed only by a process that has it': async (setup) => {
    const { worker } = await setup()
    const { id } = await worker.enqueue({ provider: 'other' })
    deepEqual(await worker.claimIds(), [])
    const claimed = await worker.claimOne({
      providers: [...usualClaim.providers, { name: 'other', placeTimeoutMs: 1, maxConcurrent: null }],
    })
    equal(claimed.call.id, id)
    equal(claimed.attempt.provider, 'other')
  },

  'a call that names no provider is dialed by the first': async (setup) => {
    const { worker } = await setup()
    await worker.enqueue()
    const providers = ['second', 'first'].map((name) => ({ name, placeTimeoutMs: 1_000, maxConcurrent: null }))
    const { call, attempt } = await worker.claimOne({ providers })
    equal(attempt.provider, 'second')
    equal(call.provider, null)
  },

  'a provider has no more live attempts than it allows, and holds up no other': async (setup) => {
    const { worker } = await setup()
    const providers = [
      { name: 'narrow', placeTimeoutMs: 1_000, maxConcurrent: 2 },
      { name: 'wide', placeTimeoutMs: 1_000, maxConcurrent: null },
    ]
    await worker.enqueueAll([{ provider: 'narrow' }, {}, { provider: 'narrow' }, {}, { provider: 'wide' }, { provider: 'wide' }])
    const claimed = await worker.claim({ providers })
    assertSame(
      claimed.map(({ attempt }) => attempt.provider),
      ['narrow', 'narrow', 'wide', 'wide'],
    )
    deepEqual(await worker.claimIds({ providers }), [])
    const narrow = claimed.filter(({ attempt }) => attempt.provider === 'narrow')
    await worker.write(settled(first(narrow)))
    equal((await worker.claim({ providers })).length, 1)
  },
})
