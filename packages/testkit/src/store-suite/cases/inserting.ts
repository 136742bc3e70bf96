import { deepEqual, equal, ok } from 'node:assert/strict'
import { aCall, key, someCalls } from '../calls.ts'
import { assertFacts, assertSame, first } from '../expectations.ts'
import { storeCases, storeCasesNeeding } from '../store-case.ts'

/** What goes in comes out as it went in. */
export const inserting = storeCases('inserting calls', {
  'a call that was inserted is found with all that it was given': async (setup) => {
    const { store, clock } = await setup()
    const { idempotency, ...given } = aCall({
      tenant: 'acme',
      from: '+12025550100',
      variables: { name: 'Ada', age: 36, isNew: true },
      metadata: { customer: { id: 7, tags: ['a', null, 1.5] } },
      provider: 'sim',
      providerOptions: { sim: { voice: 'calm' } },
      priority: -7,
      exclusive: false,
      maxAttempts: 9,
      retryOf: aCall().id,
      scheduledAt: new Date('2030-02-03T04:05:06.789Z'),
      expiresAt: new Date('2199-12-31T23:59:59.999Z'),
      idempotency: key('k'),
    })
    const [result] = await store.insertCalls({ calls: [{ ...given, idempotency }] })
    const call = await store.findCall({ callId: given.id })
    deepEqual(result, { kind: 'inserted', call })
    const now = clock.now()
    deepEqual(call, {
      ...given,
      status: 'PENDING',
      outcome: null,
      attempts: 0,
      lastError: null,
      providerCallId: null,
      durationSec: null,
      nextAttemptAt: given.scheduledAt,
      cancelRequestedAt: null,
      createdAt: now,
      updatedAt: now,
      startedAt: null,
      endedAt: null,
    })
  },

  'a call that names no time is due at once': async (setup) => {
    const { worker, clock } = await setup()
    assertFacts(await worker.enqueue(), { scheduledAt: null, nextAttemptAt: clock.now() })
  },

  'calls come back in the order in which they were given': async (setup) => {
    const { store } = await setup()
    const calls = someCalls(5).toReversed()
    const results = await store.insertCalls({ calls })
    deepEqual(
      results.map((result) => result.kind !== 'key-reused' && result.call.id),
      calls.map(({ id }) => id),
    )
  },

  'an insert of no calls answers with none': async (setup) => {
    const { store } = await setup()
    deepEqual(await store.insertCalls({ calls: [] }), [])
  },

  'an insert may be of several thousand calls': async (setup) => {
    const { store } = await setup()
    const results = await store.insertCalls({ calls: someCalls(3_000) })
    ok(results.every(({ kind }) => kind === 'inserted'))
    equal((await store.readMetrics()).calls.PENDING, 3_000)
  },

  'text and numbers come back exactly as they were given, down to the order of the keys': async (setup) => {
    const { store, worker } = await setup()
    const { id } = await worker.enqueue({ metadata: hostileButValid, variables: { 'a key': '  spaces \t kept \r\n', '': '' } })
    const call = await worker.call(id)
    equal(JSON.stringify(call.metadata), JSON.stringify(hostileButValid))
    deepEqual(call.variables, { 'a key': '  spaces \t kept \r\n', '': '' })
    const { items } = await store.listCalls({})
    equal(JSON.stringify(first(items).metadata), JSON.stringify(hostileButValid))
  },

  'metadata of sixteen kilobytes and thirty-two levels is kept': async (setup) => {
    const { worker } = await setup()
    const metadata = { text: 'é'.repeat(8_000), deep: JSON.parse(`${'['.repeat(31)}${']'.repeat(31)}`) }
    const { id } = await worker.enqueue({ metadata })
    deepEqual((await worker.call(id)).metadata, metadata)
  },

  'text that looks like SQL is only text': async (setup) => {
    const { worker, store } = await setup()
    const scriptId = `'); drop table calls; -- "?$1:%\\`
    const { id } = await worker.enqueue({ scriptId, tenant: '%' })
    assertFacts(await worker.call(id), { scriptId, tenant: '%' })
    equal((await store.listCalls({ tenant: '_' })).items.length, 0)
  },
})

/** One key of a tenant is one call. */
export const idempotencyKeys = storeCases('idempotency keys', {
  'a key with the same input replays the call that bears it, as it is now': async (setup) => {
    const { store, worker } = await setup()
    const original = await worker.enqueue({ idempotency: key('k') })
    await worker.claimOne()
    const [replay] = await store.insertCalls({ calls: [aCall({ idempotency: key('k') })] })
    deepEqual(replay, { kind: 'replayed', call: await worker.call(original.id) })
    equal((await store.listCalls({})).total, 1)
  },

  'a key is replayed even when its call has ended': async (setup) => {
    const { store, worker } = await setup()
    const original = await worker.enqueue({ idempotency: key('k') })
    await store.cancelCall({ callId: original.id })
    const [replay] = await store.insertCalls({ calls: [aCall({ idempotency: key('k') })] })
    deepEqual(replay, { kind: 'replayed', call: await worker.call(original.id) })
  },

  'a key with other input names the call that bears it, and inserts nothing': async (setup) => {
    const { store, worker } = await setup()
    const bearer = await worker.enqueue({ idempotency: key('k', 'the first input') })
    const results = await store.insertCalls({ calls: [aCall(), aCall({ idempotency: key('k', 'other input') }), aCall()] })
    deepEqual(
      results.filter(({ kind }) => kind === 'key-reused'),
      [{ kind: 'key-reused', callId: bearer.id }],
    )
    equal((await store.listCalls({})).total, 1)
  },

  'replays and new calls may stand in one list': async (setup) => {
    const { store, worker } = await setup()
    const original = await worker.enqueue({ idempotency: key('k') })
    const added = aCall()
    const results = await store.insertCalls({ calls: [added, aCall({ idempotency: key('k') })] })
    deepEqual(
      results.map((result) => result.kind !== 'key-reused' && [result.kind, result.call.id]),
      [
        ['inserted', added.id],
        ['replayed', original.id],
      ],
    )
  },

  'a second bearer of a key in one list is a replay of the first': async (setup) => {
    const { store } = await setup()
    const bearer = aCall({ idempotency: key('k') })
    const results = await store.insertCalls({ calls: [bearer, aCall({ idempotency: key('k') })] })
    deepEqual(
      results.map((result) => result.kind !== 'key-reused' && [result.kind, result.call.id]),
      [
        ['inserted', bearer.id],
        ['replayed', bearer.id],
      ],
    )
    equal((await store.listCalls({})).total, 1)
  },

  'one key for two inputs in one list inserts nothing': async (setup) => {
    const { store } = await setup()
    const calls = [aCall({ idempotency: key('k', 'one') }), aCall({ idempotency: key('k', 'two') })]
    const results = await store.insertCalls({ calls })
    ok(results.some(({ kind }) => kind === 'key-reused'))
    equal((await store.listCalls({})).total, 0)
  },

  'a key belongs to its tenant': async (setup) => {
    const { store } = await setup()
    const tenants = ['acme', 'globex', null]
    const calls = tenants.map((tenant) => aCall({ tenant, idempotency: key('k', `input of ${tenant}`) }))
    const results = await store.insertCalls({ calls })
    deepEqual(
      results.map(({ kind }) => kind),
      ['inserted', 'inserted', 'inserted'],
    )
  },

  'calls without a tenant share their keys': async (setup) => {
    const { store, worker } = await setup()
    await worker.enqueue({ tenant: null, idempotency: key('k') })
    const [again] = await store.insertCalls({ calls: [aCall({ tenant: null, idempotency: key('k') })] })
    equal(again?.kind, 'replayed')
  },

  'fifty inserts at once under one key make one call': async (setup) => {
    const { store } = await setup()
    const inserts = someCalls(50, { idempotency: key('k') }).map((call) => store.insertCalls({ calls: [call] }))
    const results = (await Promise.all(inserts)).flat()
    equal(results.filter(({ kind }) => kind === 'inserted').length, 1)
    equal(results.filter(({ kind }) => kind === 'replayed').length, 49)
    assertSame(
      [...new Set(results.map((result) => (result.kind === 'key-reused' ? '' : result.call.id)))],
      [first((await store.listCalls({})).items).id],
    )
  },
})

/** One key of a tenant is one call, whichever process bears it in. */
export const fleetKeys = storeCasesNeeding('other-processes', 'idempotency keys in a fleet', {
  'processes that insert at once under one key make one call': async (setup) => {
    const { store, anotherWorker } = await setup()
    const other = await anotherWorker()
    const inserts = someCalls(20, { idempotency: key('k') }).map((bearer, index) => {
      const calls = [bearer, aCall()]
      return index % 2 === 0 ? store.insertCalls({ calls }) : other.store.insertCalls({ calls: calls.toReversed() })
    })
    const results = (await Promise.all(inserts)).flat()
    equal(results.filter(({ kind }) => kind === 'replayed').length, 19)
    equal((await store.listCalls({})).total, 21)
  },
})

const hostileButValid = JSON.parse(String.raw`{
  "z": 1, "a": 2, "10": "ten", "9": "nine", "": "no name", "__proto__": { "polluted": true }, "constructor": null,
  "quotes": "' \" \\ $1 ? :name %s {{}} \\u0041", "control": "\u0001\b\f\n\r\t\u007f\u2028\u2029",
  "scripts": "日本語 العربية עברית ไทย", "combined": "e\u0301 é", "emoji": "👩‍👩‍👧‍👦 🇩🇪", "beyond": "\udbff\udfff",
  "tiny": 5e-324, "huge": 1.7976931348623157e308, "sum": 0.30000000000000004, "safe": -9007199254740991, "exponent": 1e21,
  "empty": [{}, [], "", null, false], "date": "2030-01-01T00:00:00.000Z", "looks like a number": "007"
}`)
