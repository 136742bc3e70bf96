import { deepEqual, equal } from 'node:assert/strict'
import { assertFacts, assertSame, first } from '../expectations.ts'
import { acceptedBy, refusedBy, unreachableBy } from '../gate-reports.ts'
import { storeCases, storeCasesNeeding } from '../store-case.ts'
import { usualClaim } from '../worker.ts'
import { putBack } from '../writes.ts'

const bothProviders = [...usualClaim.providers, { name: 'other', placeTimeoutMs: 1_000, maxConcurrent: null }]

/** What a closed gate holds up, and what it does not. */
export const closedGates = storeCases('closing a gate', {
  'a refusal closes the gate of its provider, and says so once': async (setup) => {
    const { store, worker } = await setup()
    const claimed = await worker.dial()
    const { gates, gatesClosed, gatesOpened } = await worker.report(refusedBy(claimed))
    const gate = first(gatesClosed)
    assertFacts(gate, { scope: 'provider:sim', reason: 'throttled', code: 'rate_limited', opensInMs: 1_000 })
    deepEqual([gates, gatesOpened], [[gate], []])
    deepEqual((await store.readControl()).gates, [gate])
    const next = await worker.turn()
    deepEqual([next.gates, next.gatesClosed], [[gate], []])
  },

  'nothing under a closed gate is claimed before its time': async (setup) => {
    const { worker, clock } = await setup()
    await worker.report(refusedBy(await worker.dial(), { retryAfterMs: 30_000 }))
    const { id } = await worker.enqueue()
    clock.advance(29_999)
    deepEqual(await worker.claimIds(), [])
    clock.advance(1)
    deepEqual(await worker.claimIds(), [id])
  },

  'a gate already holds for the claim of the turn that closed it': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    await worker.enqueue()
    const turn = await worker.claimingTurn({}, { writes: [putBack(claimed)], gates: [refusedBy(claimed)] })
    deepEqual(turn.claimed, [])
  },

  'a refusal whose write was not made says nothing to its gate': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    await worker.turn({ writes: [putBack(claimed)] })
    const { missed, gates, gatesClosed } = await worker.turn({ writes: [putBack(claimed)], gates: [refusedBy(claimed)] })
    deepEqual([missed, gates, gatesClosed], [[claimed.attempt.attemptId], [], []])
  },

  'a gate counts down until it lets a call through': async (setup) => {
    const { store, worker, clock } = await setup()
    await worker.report(refusedBy(await worker.dial(), { retryAfterMs: 30_000 }))
    clock.advance(10_000)
    equal(first((await store.readControl()).gates).opensInMs, 20_000)
    equal(first((await worker.turn()).gates).opensInMs, 20_000)
  },

  'a gate over one provider holds up no other': async (setup) => {
    const { worker } = await setup()
    await worker.report(refusedBy(await worker.dial()))
    const { id } = await worker.enqueue({ provider: 'other' })
    await worker.enqueueAll([{}, { provider: 'sim' }])
    deepEqual(await worker.claimIds({ providers: bothProviders }), [id])
  },

  'a call that names no provider stands under the gates of the one that would dial it': async (setup) => {
    const { worker } = await setup()
    await worker.report(refusedBy(await worker.dial()))
    const { id } = await worker.enqueue()
    deepEqual(await worker.claimIds({ providers: bothProviders }), [])
    deepEqual(await worker.claimIds({ providers: bothProviders.toReversed() }), [id])
  },

  'a gate over a script holds up that script of that provider only': async (setup) => {
    const { worker } = await setup()
    await worker.report(refusedBy(await worker.dial({ scriptId: 'broken' }), { scope: 'script:sim:broken', reason: 'blocked' }))
    const calls = await worker.enqueueAll([{ scriptId: 'broken' }, {}, { scriptId: 'broken', provider: 'other' }])
    assertSame(
      await worker.claimIds({ providers: bothProviders }),
      calls.slice(1).map(({ id }) => id),
    )
  },

  'a gate over a caller id holds up that caller id only': async (setup) => {
    const { worker } = await setup()
    const from = '+12025550100'
    await worker.report(refusedBy(await worker.dial({ from }), { scope: `from:${from}`, reason: 'blocked' }))
    const calls = await worker.enqueueAll([{ from }, {}, { from: '+12025550109' }])
    assertSame(
      await worker.claimIds(),
      calls.slice(1).map(({ id }) => id),
    )
  },

  'calls under a closed gate, however many, keep no other from being claimed': async (setup) => {
    const { worker } = await setup()
    await worker.report(refusedBy(await worker.dial({ scriptId: 'broken' }), { scope: 'script:sim:broken', retryAfterMs: 600_000 }))
    await worker.enqueueAll(Array.from({ length: 500 }, () => ({ scriptId: 'broken', priority: 9 })))
    const { id } = await worker.enqueue()
    const claimed: string[] = []
    for (let turn = 0; turn < 20 && claimed.length === 0; turn += 1) claimed.push(...(await worker.claimIds({ limit: 1 })))
    deepEqual(claimed, [id])
  },

  'a call under two gates waits for both': async (setup) => {
    const { worker, clock } = await setup()
    const claimed = await worker.dial({ scriptId: 'broken' })
    await worker.report(
      refusedBy(claimed, { retryAfterMs: 10_000 }),
      refusedBy(claimed, { scope: 'script:sim:broken', retryAfterMs: 60_000 }),
    )
    const [, sound] = await worker.enqueueAll([{ scriptId: 'broken', priority: 1 }, {}])
    deepEqual(await worker.claimIds(), [])
    clock.advance(10_000)
    const probe = await worker.claimOne()
    equal(probe.call.id, sound?.id)
    await worker.report(acceptedBy(probe))
    clock.advance(49_999)
    deepEqual(await worker.claimIds(), [])
    clock.advance(1)
    equal((await worker.claim()).length, 1)
  },

  'what is live goes on under a closed gate': async (setup) => {
    const { worker } = await setup()
    const [refused, live] = [await worker.dial(), await worker.dial()]
    await worker.report(refusedBy(refused))
    const { applied } = await worker.turn({ writes: [putBack(live)] })
    equal(applied.length, 1)
  },
})

/** How long refusals keep a gate closed. */
export const gateTimes = storeCases('how long a gate stays closed', {
  'a gate stays closed for as long as the platform asked': async (setup) => {
    const { worker } = await setup()
    const { gatesClosed } = await worker.report(refusedBy(await worker.dial(), { retryAfterMs: 123_456 }))
    equal(first(gatesClosed).opensInMs, 123_456)
  },

  'without a word of the platform a gate stays closed twice as long each time, up to its maximum': async (setup) => {
    const { worker, clock } = await setup()
    await worker.enqueue()
    for (const expectedMs of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      const claimed = await worker.claimOne()
      const { gates } = await worker.turn({ writes: [putBack(claimed)], gates: [refusedBy(claimed, { maxMs: 10_000 })] })
      equal(first(gates).opensInMs, expectedMs)
      clock.advance(expectedMs)
    }
  },

  'a burst of refusals counts as one': async (setup) => {
    const { worker, clock } = await setup()
    await worker.enqueueAll([{}, {}, {}, {}, {}, {}])
    const [one, ...others] = await worker.claim()
    if (one !== undefined) await worker.report(refusedBy(one))
    await worker.report(...others.slice(0, 3).map((each) => refusedBy(each)))
    clock.advance(400)
    for (const each of others.slice(3)) {
      const { gates } = await worker.report(refusedBy(each))
      equal(first(gates).opensInMs, 600)
    }
    clock.advance(600)
    const { gates } = await worker.report(refusedBy(await worker.dial()))
    equal(first(gates).opensInMs, 2_000)
  },

  'within a burst the longest wait that the platform asked for counts': async (setup) => {
    const { worker } = await setup()
    const [one, two, three] = [await worker.dial(), await worker.dial(), await worker.dial()]
    await worker.report(refusedBy(one, { retryAfterMs: 5_000 }))
    equal(first((await worker.report(refusedBy(two, { retryAfterMs: 20_000 }))).gates).opensInMs, 20_000)
    equal(first((await worker.report(refusedBy(three, { retryAfterMs: 10_000 }))).gates).opensInMs, 20_000)
  },

  'a late refusal of a dial that was made before the gate closed does not raise it': async (setup) => {
    const { worker, clock } = await setup()
    const [one, late] = [await worker.dial(), await worker.dial()]
    await worker.report(refusedBy(one))
    clock.advance(1_500)
    await worker.report(refusedBy(late))
    clock.advance(10_000)
    const { gates } = await worker.report(refusedBy(await worker.dial()))
    equal(first(gates).opensInMs, 2_000)
  },
})

/** Some refusals close a gate only after several in a row. */
export const countingGates = storeCases('a gate that counts', {
  'the fifth dial in a row that met nobody closes the gate, and none before': async (setup) => {
    const { store, worker } = await setup()
    for (let dial = 1; dial <= 5; dial += 1) {
      deepEqual((await store.readControl()).gates, [])
      const { gates, gatesClosed } = await worker.report(unreachableBy(await worker.dial()))
      equal(gatesClosed.length, dial === 5 ? 1 : 0, `after ${dial}`)
      equal(first(gates).scope, 'provider:sim')
    }
    await worker.enqueue()
    deepEqual(await worker.claimIds(), [])
  },

  'an accepted dial starts the count again': async (setup) => {
    const { store, worker } = await setup()
    for (let dial = 1; dial <= 4; dial += 1) await worker.report(unreachableBy(await worker.dial()))
    await worker.report(acceptedBy(await worker.dial()))
    for (let dial = 1; dial <= 4; dial += 1) await worker.report(unreachableBy(await worker.dial()))
    deepEqual((await store.readControl()).gates, [])
    await worker.report(unreachableBy(await worker.dial()))
    equal((await store.readControl()).gates.length, 1)
  },

  'five dials that met nobody close the gate within one turn': async (setup) => {
    const { worker } = await setup()
    await worker.enqueueAll([{}, {}, {}, {}, {}])
    const { gatesClosed } = await worker.report(...(await worker.claim()).map(unreachableBy))
    assertFacts(first(gatesClosed), { reason: 'unreachable', opensInMs: 1_000 })
  },
})

/** A gate brakes every process. */
export const fleetGates = storeCasesNeeding('other-processes', 'the gates of a fleet', {
  'a gate that one process closed holds for the others': async (setup) => {
    const { worker, anotherWorker } = await setup()
    const other = await anotherWorker()
    await worker.report(refusedBy(await worker.dial()))
    await other.enqueue()
    deepEqual(await other.claimIds(), [])
    equal((await other.turn()).gates.length, 1)
  },
})
