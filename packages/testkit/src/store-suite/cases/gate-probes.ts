import { deepEqual, equal } from 'node:assert/strict'
import type { ClaimedAttempt } from '@ebra/core'
import { assertFacts, assertSame, first } from '../expectations.ts'
import { acceptedBy, refusedBy } from '../gate-reports.ts'
import type { Scene, Setup } from '../scene.ts'
import { storeCases } from '../store-case.ts'
import { accepted, putBack, retried, unconfirmed } from '../writes.ts'

/** A gate is tried by one call at a time, and opened by an accepted one. */
export const gateProbes = storeCases('the probe of a gate', {
  'a gate whose time has come lets one call through, and waits for its answer': async (setup) => {
    const { store, worker } = await afterAClosing(setup)
    equal((await worker.claim()).length, 1)
    equal((await worker.claim()).length, 0)
    equal(first((await store.readControl()).gates).opensInMs, 0)
  },

  'an accepted probe opens the gate, and says so': async (setup) => {
    const { store, worker } = await afterAClosing(setup)
    const probe = await worker.claimOne()
    const { gates, gatesOpened } = await worker.turn({ writes: [accepted(probe)], gates: [acceptedBy(probe)] })
    deepEqual(
      gatesOpened.map(({ scope }) => scope),
      ['provider:sim'],
    )
    deepEqual(gates, [])
    deepEqual((await store.readControl()).gates, [])
    equal((await worker.claim()).length, 4)
  },

  'a gate that opened lets calls through in the same turn': async (setup) => {
    const { worker } = await afterAClosing(setup)
    const probe = await worker.claimOne()
    const { claimed } = await worker.claimingTurn({}, { writes: [accepted(probe)], gates: [acceptedBy(probe)] })
    equal(claimed.length, 4)
  },

  'a refused probe closes the gate anew, without saying that it closed': async (setup) => {
    const { worker } = await afterAClosing(setup)
    const probe = await worker.claimOne()
    const { gates, gatesClosed } = await worker.turn({ writes: [putBack(probe)], gates: [refusedBy(probe)] })
    assertFacts(first(gates), { opensInMs: 2_000 })
    deepEqual(gatesClosed, [])
    deepEqual(await worker.claimIds(), [])
  },

  'a probe that ended without a word on the gate makes room for another': async (setup) => {
    for (const write of [
      unconfirmed,
      (probe: ClaimedAttempt) => retried(probe, 60_000),
      (probe: ClaimedAttempt) => putBack(probe, 60_000),
    ]) {
      const { worker } = await afterAClosing(setup)
      const probe = await worker.claimOne()
      await worker.write(write(probe))
      equal((await worker.claim()).length, 1)
      equal((await worker.claim()).length, 0)
    }
  },

  'the accept of a dial that was made before the gate closed does not open it': async (setup) => {
    const { store, worker } = await setup()
    const [older, refused] = [await worker.dial(), await worker.dial()]
    await worker.report(refusedBy(refused))
    const { gatesOpened } = await worker.turn({ writes: [accepted(older)], gates: [acceptedBy(older)] })
    deepEqual(gatesOpened, [])
    equal((await store.readControl()).gates.length, 1)
    await worker.enqueue()
    deepEqual(await worker.claimIds(), [])
  },

  'the late accept of an older dial does not open a gate that waits for its probe': async (setup) => {
    const { worker, clock } = await setup()
    const [older, refused] = [await worker.dial(), await worker.dial()]
    await worker.report(refusedBy(refused))
    clock.advance(1_000)
    await worker.enqueueAll([{}, {}])
    await worker.claimOne()
    deepEqual((await worker.report(acceptedBy(older))).gatesOpened, [])
    deepEqual(await worker.claimIds(), [])
  },

  'a gate that opened and closes again begins with its shortest time': async (setup) => {
    const { worker } = await afterAClosing(setup)
    const probe = await worker.claimOne()
    await worker.turn({ writes: [accepted(probe)], gates: [acceptedBy(probe)] })
    const { gatesClosed } = await worker.report(refusedBy(first(await worker.claim())))
    assertFacts(first(gatesClosed), { opensInMs: 1_000 })
  },

  'one call probes every gate that stands over it': async (setup) => {
    const { worker, clock } = await setup()
    const both = { scriptId: 'broken', from: '+12025550100' }
    const claimed = await worker.dial(both)
    const scopes = ['from:+12025550100', 'script:sim:broken']
    await worker.report(...scopes.map((scope) => refusedBy(claimed, { scope })))
    clock.advance(1_000)
    const [first] = await worker.enqueueAll([{ ...both, priority: 1 }, { scriptId: both.scriptId }, { from: both.from }, both])
    const probe = await worker.claimOne()
    equal(probe.call.id, first?.id)
    const { gatesOpened } = await worker.turn({ writes: [accepted(probe)], gates: [acceptedBy(probe)] })
    assertSame(
      gatesOpened.map(({ scope }) => scope),
      scopes,
    )
    equal((await worker.claim()).length, 3)
  },

  'gates over different calls each have a probe of their own': async (setup) => {
    const { worker, clock } = await setup()
    const [one, two] = [await worker.dial({ scriptId: 'one' }), await worker.dial({ scriptId: 'two' })]
    await worker.report(refusedBy(one, { scope: 'script:sim:one' }), refusedBy(two, { scope: 'script:sim:two' }))
    clock.advance(1_000)
    await worker.enqueueAll([{ scriptId: 'one' }, { scriptId: 'one' }, { scriptId: 'two' }, { scriptId: 'two' }])
    assertSame(
      (await worker.claim()).map(({ attempt }) => attempt.scriptId),
      ['one', 'two'],
    )
  },
})

/** A call that is refused while others pass is told from a gate that refuses all. */
export const strikes = storeCases('the strikes of a call', {
  'a call has no strike before it was refused': async (setup) => {
    const { worker } = await setup()
    equal((await worker.dial()).strikes, 0)
  },

  'a refusal that no other call has outlived is no strike yet': async (setup) => {
    const { worker, refuse } = await aBlockedScript(setup)
    await refuse(await worker.claimOne())
    equal((await worker.claimOne()).strikes, 0)
  },

  'a refusal counts once another call under the same gate was accepted': async (setup) => {
    const { worker, refuse, acceptAnother } = await aBlockedScript(setup)
    await refuse(await worker.claimOne())
    await acceptAnother()
    equal((await worker.claimOne()).strikes, 1)
  },

  'refusals count one by one, as often as others were accepted between them': async (setup) => {
    const { worker, refuse, acceptAnother } = await aBlockedScript(setup)
    for (const expected of [0, 1, 2, 3]) {
      const claimed = await worker.claimOne()
      equal(claimed.strikes, expected)
      await refuse(claimed)
      await acceptAnother()
    }
  },

  'refusals between which no other call was accepted count once': async (setup) => {
    const { worker, refuse, acceptAnother } = await aBlockedScript(setup)
    for (let dial = 0; dial < 3; dial += 1) await refuse(await worker.claimOne())
    await acceptAnother()
    equal((await worker.claimOne()).strikes, 1)
  },

  'a refusal under another gate starts the count again': async (setup) => {
    const { worker, refuse, acceptAnother } = await aBlockedScript(setup)
    for (let dial = 0; dial < 2; dial += 1) {
      await refuse(await worker.claimOne())
      await acceptAnother()
    }
    await refuse(await worker.claimOne(), 'provider:sim')
    equal((await worker.claimOne()).strikes, 0)
  },
})

/** A gate whose time has come, and five calls under it. */
async function afterAClosing(setup: Setup): Promise<Scene> {
  const scene = await setup()
  await scene.worker.report(refusedBy(await scene.worker.dial()))
  scene.clock.advance(1_000)
  await scene.worker.enqueueAll([{}, {}, {}, {}, {}])
  return scene
}

/** A call of a script that its platform blocks, and another of the same script that it accepts whenever asked to. */
async function aBlockedScript(setup: Setup) {
  const { worker, clock } = await setup()
  await worker.enqueue()
  const scope = 'script:sim:welcome'

  async function refuse(claimed: ClaimedAttempt, at = scope): Promise<void> {
    await worker.turn({ writes: [putBack(claimed)], gates: [refusedBy(claimed, { scope: at, reason: 'blocked' })] })
    clock.advance(60_000)
  }

  async function acceptAnother(): Promise<void> {
    await worker.enqueue({ priority: 9 })
    const [other] = await worker.claim({ limit: 1 })
    if (other !== undefined) await worker.turn({ writes: [accepted(other)], gates: [acceptedBy(other)] })
    clock.advance(60_000)
  }

  return { worker, refuse, acceptAnother }
}
