import { deepEqual, equal } from 'node:assert/strict'
import { assertFacts, first } from '../expectations.ts'
import { refusedBy, unreachableBy } from '../gate-reports.ts'
import { storeCases, storeCasesNeeding } from '../store-case.ts'

/** The cap, the pause and the gates as an operator sets and sees them. */
export const control = storeCases('the cap and the gates in the hands of operators', {
  'nothing is set before anybody set it': async (setup) => {
    const { store } = await setup({ configured: null })
    deepEqual(await store.readControl(), { configured: null, override: null, dialsPerSecond: null, gates: [] })
  },

  'each setting is kept, and leaves the others alone': async (setup) => {
    const { store } = await setup({ configured: null })
    await store.writeControl({ configured: 30 })
    await store.writeControl({ override: 5 })
    await store.writeControl({ dialsPerSecond: 0.5 })
    const { control } = await store.writeControl({})
    deepEqual(control, { configured: 30, override: 5, dialsPerSecond: 0.5, gates: [] })
    deepEqual(await store.readControl(), control)
    await store.writeControl({ override: null, dialsPerSecond: null })
    assertFacts(await store.readControl(), { configured: 30, override: null, dialsPerSecond: null })
  },

  'a paused fleet claims nothing, but writes on': async (setup) => {
    const { store, worker } = await setup()
    const live = await worker.dial()
    await worker.enqueue()
    await store.writeControl({ paused: true })
    deepEqual(await worker.claimIds(), [])
    deepEqual((await worker.report(refusedBy(live))).gatesClosed.length, 1)
  },

  'a pause shows as a gate that does not open by itself': async (setup) => {
    const { store, worker, clock } = await setup()
    const { control } = await store.writeControl({ paused: true })
    assertFacts(first(control.gates), { id: '*', scope: '*', reason: 'paused', opensInMs: null })
    await worker.enqueue()
    clock.advance(86_400_000)
    deepEqual(await worker.claimIds(), [])
    deepEqual((await worker.turn()).gates, control.gates)
  },

  'a paused fleet goes on when it is resumed': async (setup) => {
    const { store, worker } = await setup()
    await worker.enqueueAll([{}, {}])
    await store.writeControl({ paused: true })
    await store.writeControl({ paused: true })
    const { control } = await store.writeControl({ paused: false })
    deepEqual(control.gates, [])
    await store.writeControl({ paused: false })
    equal((await worker.claim()).length, 2)
  },

  'a gate that is released lets everything through at once': async (setup) => {
    const { store, worker } = await setup()
    const { gatesClosed } = await worker.report(refusedBy(await worker.dial(), { retryAfterMs: 600_000 }))
    await worker.enqueueAll([{}, {}])
    const { control, released } = await store.writeControl({ releaseGate: first(gatesClosed).id })
    deepEqual([control.gates, released], [[], true])
    equal((await worker.claim()).length, 2)
  },

  'a pause is released like any other gate': async (setup) => {
    const { store, worker } = await setup()
    await store.writeControl({ paused: true })
    const { released } = await store.writeControl({ releaseGate: '*' })
    equal(released, true)
    await worker.dial()
  },

  'a gate that is not closed cannot be released': async (setup) => {
    const { store, worker } = await setup()
    await worker.report(unreachableBy(await worker.dial()))
    for (const releaseGate of ['provider:sim', '*', 'nonsense']) {
      equal((await store.writeControl({ releaseGate })).released, false)
    }
  },

  'a gate that was released and closes again begins with its shortest time': async (setup) => {
    const { store, worker, clock } = await setup()
    await worker.report(refusedBy(await worker.dial()))
    await store.writeControl({ releaseGate: 'provider:sim' })
    clock.advance(1_000)
    const { gatesClosed } = await worker.report(refusedBy(await worker.dial()))
    equal(first(gatesClosed).opensInMs, 1_000)
  },
})

/** What one process sets holds for all. */
export const fleetControl = storeCasesNeeding('other-processes', 'the cap and the gates of a fleet', {
  'what one process sets the others read': async (setup) => {
    const { store, anotherWorker } = await setup()
    const other = await anotherWorker()
    await store.writeControl({ override: 7, dialsPerSecond: 2, paused: true })
    deepEqual(await other.store.readControl(), await store.readControl())
    await other.enqueue()
    deepEqual(await other.claimIds(), [])
  },
})
