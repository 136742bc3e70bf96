import { deepEqual, equal } from 'node:assert/strict'
import { assertFacts, assertSame } from '../expectations.ts'
import { storeCases } from '../store-case.ts'
import type { Worker } from '../worker.ts'
import { idsOf } from '../worker.ts'
import { accepted, putBack, retried, writeOf } from '../writes.ts'

/** None of these was ever the id of a call or an attempt, but a webhook or a URL may name any. */
const strangeIds = ['01900000-0000-7000-8000-ffffffffffff', 'no-such-call', '', "'; --", '123.1', '…', 'a'.repeat(300)]

/** Calls and attempts are found by every key that may name them. */
export const reading = storeCases('finding calls and attempts', {
  'an id that no call bears finds nothing, whatever it looks like': async (setup) => {
    const { store, worker } = await setup()
    await worker.dial()
    for (const callId of strangeIds) {
      equal(await store.findCall({ callId }), null)
      deepEqual(await store.listAttempts({ callId }), [])
    }
    const providerCallIds = strangeIds.map((id) => ({ provider: 'sim', id }))
    deepEqual((await store.lookUp({ attemptIds: strangeIds, callIds: strangeIds, providerCallIds })).found, [])
  },

  'no keys find nothing': async (setup) => {
    const { store, worker, clock } = await setup()
    await worker.dial()
    deepEqual(await store.lookUp({}), { now: clock.now(), found: [], seen: [] })
  },

  'attempts are listed in the order of their numbers': async (setup) => {
    const { store, worker } = await setup()
    const { call } = await worker.dial({ maxAttempts: 20 })
    for (let number = 1; number < 12; number += 1) {
      await worker.write(retried(await worker.attempt(`${call.id}.${number}`), 0))
      await worker.claimOne()
    }
    const attempts = await store.listAttempts({ callId: call.id })
    deepEqual(
      attempts.map(({ attemptNumber }) => attemptNumber),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    )
  },

  'an attempt is found by its own id': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    assertFacts(await worker.attempt(claimed.attempt.attemptId), { call: claimed.call, attempt: claimed.attempt, isLatest: true })
  },

  "an attempt is found by the provider's id, and by every alias": async (setup) => {
    const { store, worker } = await setup()
    const claimed = await worker.dial()
    const aliases = ['CA-1', 'conv_ü/2']
    await worker.write(writeOf(claimed, { providerCallId: 'p-1', aliases }))
    for (const id of ['p-1', ...aliases]) {
      const { found } = await store.lookUp({ providerCallIds: [{ provider: 'sim', id }] })
      deepEqual(idsOf(found), [claimed.call.id], id)
    }
  },

  "a provider's id means nothing to another provider": async (setup) => {
    const { store, worker } = await setup()
    await worker.write(writeOf(await worker.dial(), { providerCallId: 'p-1', aliases: ['CA-1'] }))
    const providerCallIds = ['p-1', 'CA-1'].map((id) => ({ provider: 'other', id }))
    deepEqual((await store.lookUp({ providerCallIds })).found, [])
  },

  'a call names all its attempts, of which the newest is the latest': async (setup) => {
    const { store, worker } = await setup()
    const claimed = await dialedTwice(worker)
    const { found } = await store.lookUp({ callIds: [claimed.call.id] })
    deepEqual(found.map(({ attempt, isLatest }) => [attempt.attemptNumber, isLatest]).toSorted(), [
      [1, false],
      [2, true],
    ])
  },

  'an attempt that several keys name is found once': async (setup) => {
    const { store, worker } = await setup()
    const claimed = await worker.dial()
    await worker.write(accepted(claimed, 'p-1'))
    const { attemptId, callId } = claimed.attempt
    const keys = { attemptIds: [attemptId, attemptId], callIds: [callId], providerCallIds: [{ provider: 'sim', id: 'p-1' }] }
    const { found } = await store.lookUp(keys)
    equal(found.length, 1)
  },

  'keys of different attempts find them all': async (setup) => {
    const { store, worker } = await setup()
    const [one, two, three] = [await worker.dial(), await worker.dial(), await worker.dial()]
    await worker.write(accepted(two, 'p-2'))
    const { found } = await store.lookUp({
      attemptIds: [one.attempt.attemptId],
      providerCallIds: [{ provider: 'sim', id: 'p-2' }],
      callIds: [three.call.id],
    })
    assertSame(idsOf(found), [one.call.id, two.call.id, three.call.id])
  },

  'hundreds of keys may be looked up at once': async (setup) => {
    const { store, worker } = await setup()
    const claimed = await worker.dial()
    const unknown = Array.from({ length: 500 }, (_, index) => `${claimed.call.id}.${index + 2}`)
    const { found } = await store.lookUp({
      attemptIds: [...unknown, claimed.attempt.attemptId],
      providerCallIds: unknown.map((id) => ({ provider: 'sim', id })),
      callIds: unknown,
    })
    deepEqual(idsOf(found), [claimed.call.id])
  },

  'an attempt carries all that its provider may need': async (setup) => {
    const { worker, clock } = await setup()
    const { call, attempt } = await worker.dial({
      from: '+12025550100',
      tenant: 'acme',
      variables: { name: 'Ada' },
      metadata: { customerId: 7 },
      providerOptions: { sim: { voice: 'calm' }, other: { voice: 'loud' } },
    })
    assertFacts(attempt, {
      attemptId: `${call.id}.1`,
      callId: call.id,
      attemptNumber: 1,
      to: call.to,
      from: '+12025550100',
      scriptId: 'welcome',
      variables: { name: 'Ada' },
      metadata: { customerId: 7 },
      providerOptions: { voice: 'calm' },
      tenant: 'acme',
      sentAt: clock.now(),
      providerCallId: null,
      providerState: {},
      provider: 'sim',
    })
  },

  'an attempt for whose provider no options were given has none': async (setup) => {
    const { worker } = await setup()
    const { attempt } = await worker.dial({ providerOptions: { other: { voice: 'loud' } } })
    deepEqual(attempt.providerOptions, {})
  },

  "a call shows its last attempt's id at the provider and its duration": async (setup) => {
    const { worker } = await setup()
    const claimed = await dialedTwice(worker, 'p-1')
    assertFacts(await worker.call(claimed.call.id), { providerCallId: null, durationSec: null })
    await worker.write(writeOf(claimed, { providerCallId: 'p-2', details: { durationSec: 12.5 } }))
    assertFacts(await worker.call(claimed.call.id), { providerCallId: 'p-2', durationSec: 12.5 })
  },

  'a put-back leaves the number of the last attempt, and so its place as the latest': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    await worker.write(putBack(claimed))
    assertFacts(await worker.attempt(claimed.attempt.attemptId), { isLatest: true })
  },
})

async function dialedTwice(worker: Worker, firstProviderCallId: string | null = null) {
  const claimed = await worker.dial()
  const placed = await worker.write(accepted(claimed, firstProviderCallId))
  await worker.write(retried(placed, 0))
  return worker.claimOne()
}
