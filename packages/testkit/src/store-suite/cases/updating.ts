import { deepEqual, equal } from 'node:assert/strict'
import type { CallChanges } from '@ebra/core'
import { callStatuses } from '@ebra/core'
import { aCall } from '../calls.ts'
import { aCallThatIs } from '../endings.ts'
import { assertFacts } from '../expectations.ts'
import { storeCases } from '../store-case.ts'
import { retried } from '../writes.ts'

const everything = {
  to: '+12025550199',
  from: '+12025550100',
  scriptId: 'reminder',
  variables: { name: 'Ada' },
  metadata: { z: 1, a: { deep: [null] } },
  provider: 'other',
  providerOptions: { other: { voice: 'loud' } },
  priority: 42,
  exclusive: false,
  maxAttempts: 7,
  scheduledAt: new Date('2030-05-01T00:00:00.000Z'),
  expiresAt: new Date('2030-06-01T00:00:00.000Z'),
} as const satisfies Required<CallChanges>

/** Only what waits can be changed, and only consistently. */
export const updating = storeCases('updating a call', {
  'everything that may change changes, and the rest stays': async (setup) => {
    const { store, worker, clock } = await setup()
    const before = await worker.enqueue({ tenant: 'acme' })
    clock.advance(1_000)
    const result = await store.updateCallIfPending({ callId: before.id, changes: everything })
    const call = await worker.call(before.id)
    deepEqual(result, { kind: 'updated', call })
    deepEqual(call, { ...before, ...everything, nextAttemptAt: everything.scheduledAt, updatedAt: clock.now() })
  },

  'each change leaves all others alone': async (setup) => {
    const { store, worker } = await setup()
    for (const [name, value] of Object.entries(everything)) {
      const before = await worker.enqueue()
      await store.updateCallIfPending({ callId: before.id, changes: { [name]: value } })
      const nextAttemptAt = name === 'scheduledAt' ? everything.scheduledAt : before.nextAttemptAt
      deepEqual(await worker.call(before.id), { ...before, nextAttemptAt, [name]: value }, name)
    }
  },

  'no changes are a fine update': async (setup) => {
    const { store, worker } = await setup()
    const { id } = await worker.enqueue()
    equal((await store.updateCallIfPending({ callId: id, changes: {} })).kind, 'updated')
  },

  'null clears what may be empty': async (setup) => {
    const { store, worker } = await setup()
    const cleared = { from: null, provider: null, scheduledAt: null, expiresAt: null }
    const { from, provider, scheduledAt, expiresAt } = everything
    const { id } = await worker.enqueue({ from, provider, scheduledAt, expiresAt })
    await store.updateCallIfPending({ callId: id, changes: cleared })
    assertFacts(await worker.call(id), cleared)
  },

  'a call is due at the time to which it is moved': async (setup) => {
    const { store, worker, clock } = await setup()
    const { id } = await worker.enqueue()
    await store.updateCallIfPending({ callId: id, changes: { scheduledAt: new Date(clock.now().getTime() + 60_000) } })
    clock.advance(59_999)
    deepEqual(await worker.claimIds(), [])
    clock.advance(1)
    deepEqual(await worker.claimIds(), [id])
  },

  'a call whose time is cleared is due now': async (setup) => {
    const { store, worker, clock } = await setup()
    const { id } = await worker.enqueue({ scheduledAt: everything.scheduledAt })
    await store.updateCallIfPending({ callId: id, changes: { scheduledAt: null } })
    assertFacts(await worker.call(id), { nextAttemptAt: clock.now() })
    deepEqual(await worker.claimIds(), [id])
  },

  'a retry keeps its due time when something else changes': async (setup) => {
    const { store, worker, clock } = await setup()
    const { call } = await worker.write(retried(await worker.dial(), 30_000))
    clock.advance(1_000)
    await store.updateCallIfPending({ callId: call.id, changes: { priority: 5 } })
    assertFacts(await worker.call(call.id), { nextAttemptAt: call.nextAttemptAt, attempts: 1, priority: 5 })
  },

  'a call in any status but PENDING stays as it is': async (setup) => {
    const { store, worker } = await setup()
    for (const status of callStatuses.filter((any) => any !== 'PENDING')) {
      const before = await aCallThatIs(status, worker)
      const result = await store.updateCallIfPending({ callId: before.id, changes: everything })
      const call = await worker.call(before.id)
      deepEqual(result, { kind: 'not-pending', call }, status)
      deepEqual(call, before, status)
    }
  },

  'a call that does not exist cannot be updated': async (setup) => {
    const { store } = await setup()
    for (const callId of [aCall().id, 'no-such-call']) {
      deepEqual(await store.updateCallIfPending({ callId, changes: everything }), { kind: 'not-found' })
    }
  },

  'a call cannot be made to expire before it is due': async (setup) => {
    const { store, worker } = await setup()
    const before = await worker.enqueue({ scheduledAt: new Date('2030-03-01T00:00:00Z'), expiresAt: new Date('2030-03-02T00:00:00Z') })
    const attempts = [
      { expiresAt: new Date('2030-02-28T00:00:00Z'), priority: 3 },
      { scheduledAt: new Date('2030-03-03T00:00:00Z') },
      { scheduledAt: new Date('2030-03-05T00:00:00Z'), expiresAt: new Date('2030-03-04T00:00:00Z') },
    ]
    for (const changes of attempts) {
      const result = await store.updateCallIfPending({ callId: before.id, changes })
      deepEqual(result, { kind: 'expires-before-scheduled', call: before })
      deepEqual(await worker.call(before.id), before)
    }
  },

  'both times of a call may move past each other in one update': async (setup) => {
    const { store, worker } = await setup()
    const { id } = await worker.enqueue({ scheduledAt: new Date('2030-03-01T00:00:00Z'), expiresAt: new Date('2030-03-02T00:00:00Z') })
    const changes = { scheduledAt: new Date('2030-04-01T00:00:00Z'), expiresAt: new Date('2030-04-02T00:00:00Z') }
    equal((await store.updateCallIfPending({ callId: id, changes })).kind, 'updated')
    assertFacts(await worker.call(id), changes)
  },

  'the number that is dialed is that of the last update that was accepted': async (setup) => {
    const { store, worker } = await setup()
    for (let round = 0; round < 20; round += 1) {
      const { id, to } = await worker.enqueue()
      const patched = `+1303${round.toString().padStart(7, '0')}`
      const update = () => store.updateCallIfPending({ callId: id, changes: { to: patched } })
      const isFirst = round % 2 === 0
      const [before, claimed, after] = await Promise.all([isFirst ? update() : null, worker.claim(), isFirst ? null : update()])
      // A claim passes over a call that is being changed; the next turn takes it.
      const { attempt } = claimed[0] ?? (await worker.claimOne())
      equal(attempt.to, (before ?? after)?.kind === 'updated' ? patched : to)
      equal((await worker.call(id)).to, attempt.to)
    }
  },
})
