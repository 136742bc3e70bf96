import { deepEqual, equal, notEqual, rejects } from 'node:assert/strict'
import type { Call, CallPage, CallStatus, ListQuery, NewCall, Store } from '@ebra/core'
import { callStatuses, isEbraError } from '@ebra/core'
import { someCalls } from '../calls.ts'
import { aCallThatIs } from '../endings.ts'
import { assertFacts } from '../expectations.ts'
import { storeCases } from '../store-case.ts'
import type { Worker } from '../worker.ts'
import { accepted, held, settled, unconfirmed } from '../writes.ts'

/** Which calls a list shows, and in which order. */
export const listing = storeCases('listing calls', {
  'a list is empty where there are no calls': async (setup) => {
    const { store } = await setup()
    deepEqual(await store.listCalls({}), { items: [], page: 1, pageSize: 20, total: 0, totalPages: 0, nextCursor: null })
  },

  'a list shows the newest calls first, whenever they are due': async (setup) => {
    const { store, worker, clock } = await setup()
    const old = await worker.enqueue({ scheduledAt: new Date(clock.now().getTime() + 60_000) })
    const young = await worker.enqueue({ priority: -5 })
    deepEqual((await store.listCalls({})).items, [young, old])
  },

  'the newest call is the one with the highest id, whenever it came in': async (setup) => {
    const { store, clock } = await setup()
    const [low, high] = someCalls(2)
    for (const call of [high, low]) {
      if (call !== undefined) await store.insertCalls({ calls: [call] })
      clock.advance(1_000)
    }
    deepEqual(idsOn(await store.listCalls({})), [high?.id, low?.id])
  },

  'a list can be narrowed to any status, and to several': async (setup) => {
    const { store, worker } = await setup()
    const calls = new Map<CallStatus, Call>()
    for (const status of ['COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED', 'IN_PROGRESS', 'PENDING'] as const) {
      calls.set(status, await aCallThatIs(status, worker))
    }
    for (const status of callStatuses) {
      deepEqual((await store.listCalls({ status: [status] })).items, [calls.get(status)], status)
    }
    equal((await store.listCalls({ status: ['FAILED', 'PENDING'] })).total, 2)
  },

  'a list can be narrowed to a number, a script and a tenant, and to all of them together': async (setup) => {
    const { store, worker } = await setup()
    const wanted = { to: '+12025550101', scriptId: 'reminder', tenant: 'acme' } satisfies Partial<NewCall>
    const [call] = await worker.enqueueAll([
      wanted,
      { ...wanted, to: '+12025550102' },
      { ...wanted, scriptId: 'welcome' },
      { ...wanted, tenant: 'globex' },
      { ...wanted, tenant: null },
    ])
    equal((await store.listCalls({ to: wanted.to })).total, 4)
    equal((await store.listCalls({ scriptId: wanted.scriptId })).total, 4)
    equal((await store.listCalls({ tenant: wanted.tenant })).total, 3)
    deepEqual((await store.listCalls({ ...wanted, status: ['PENDING'] })).items, [call])
    equal((await store.listCalls({ ...wanted, status: ['FAILED'] })).total, 0)
  },

  'a list after an instant includes it, a list before an instant does not': async (setup) => {
    const { store, worker, clock } = await setup()
    const calls: Call[] = []
    for (let second = 0; second < 3; second += 1) {
      calls.push(await worker.enqueue())
      clock.advance(1_000)
    }
    const [one, two, three] = calls
    const middle = two?.createdAt ?? clock.now()
    deepEqual((await store.listCalls({ createdAfter: middle })).items, [three, two])
    deepEqual((await store.listCalls({ createdBefore: middle })).items, [one])
    deepEqual((await store.listCalls({ createdAfter: middle, createdBefore: new Date(middle.getTime() + 1) })).items, [two])
  },

  'a list of the unconfirmed shows calls whose live attempt nobody can vouch for': async (setup) => {
    const { store, worker } = await setup()
    const [placing, live, lost, waiting, over] = [
      await worker.dial(),
      await worker.dial(),
      await worker.dial(),
      await worker.dial(),
      await worker.dial(),
    ]
    await worker.write(accepted(live))
    await worker.write(unconfirmed(lost))
    await worker.write(held(waiting))
    await worker.write(settled(await worker.write(unconfirmed(over))))
    const { items, total } = await store.listCalls({ unconfirmed: true })
    deepEqual(
      items.map(({ id }) => id),
      [waiting.call.id, lost.call.id],
    )
    equal(total, 2)
    notEqual(placing.call.id, live.call.id)
    equal((await store.listCalls({ unconfirmed: false })).total, 5)
  },
})

/** How a long list is walked, and counted. */
export const paging = storeCases('paging through calls', {
  'pages hold twenty calls unless told otherwise, and count all': async (setup) => {
    const { store, ids } = await withCalls(45, await setup())
    const page = await store.listCalls({})
    assertFacts(page, { page: 1, pageSize: 20, total: 45, totalPages: 3 })
    deepEqual(idsOn(page), ids.slice(0, 20))
  },

  'a page follows the one before without a gap': async (setup) => {
    const { store, ids } = await withCalls(5, await setup())
    const pages = [1, 2, 3].map((page) => store.listCalls({ page, pageSize: 2 }))
    deepEqual((await Promise.all(pages)).flatMap(idsOn), ids)
  },

  'a page beyond the last is empty': async (setup) => {
    const { store } = await withCalls(3, await setup())
    const page = await store.listCalls({ page: 4, pageSize: 2 })
    assertFacts(page, { items: [], page: 4, pageSize: 2, total: 3, totalPages: 2, nextCursor: null })
  },

  'only the last page has no cursor': async (setup) => {
    const { store } = await withCalls(4, await setup())
    notEqual((await store.listCalls({ pageSize: 3 })).nextCursor, null)
    equal((await store.listCalls({ pageSize: 4 })).nextCursor, null)
    equal((await store.listCalls({ pageSize: 2, page: 2 })).nextCursor, null)
  },

  'a walk by cursors meets every call once, whatever is added meanwhile': async (setup) => {
    const { store, worker, ids } = await withCalls(7, await setup())
    const met: string[] = []
    for await (const page of walk(store, { pageSize: 3 })) {
      met.push(...idsOn(page))
      await worker.enqueue()
    }
    deepEqual(met, ids)
  },

  'a cursor goes on within the same filter': async (setup) => {
    const { store, worker } = await setup()
    const wanted = await worker.enqueueAll([{ tenant: 'acme' }, {}, { tenant: 'acme' }, {}, { tenant: 'acme' }])
    const met: string[] = []
    for await (const page of walk(store, { tenant: 'acme', pageSize: 1 })) met.push(...idsOn(page))
    deepEqual(
      met,
      wanted
        .filter(({ tenant }) => tenant === 'acme')
        .map(({ id }) => id)
        .toReversed(),
    )
  },

  'a page reached by cursor has no number': async (setup) => {
    const { store } = await withCalls(3, await setup())
    const { nextCursor } = await store.listCalls({ pageSize: 2 })
    assertFacts(await store.listCalls({ pageSize: 2, cursor: nextCursor ?? '' }), { page: null, pageSize: 2, nextCursor: null })
  },

  'a cursor that no page ever bore is refused as bad input': async (setup) => {
    const { store } = await withCalls(3, await setup())
    for (const cursor of ['no cursor', '!', 'AAAA', "' or 1=1 --"]) {
      await rejects(store.listCalls({ cursor }), (error) => isEbraError(error, 'VALIDATION_FAILED'), cursor)
    }
  },

  'a filter counts its matches exactly up to ten thousand, and then says that it does not know': async (setup) => {
    const { store } = await setup()
    await store.insertCalls({ calls: someCalls(10_000, { scriptId: 'many' }) })
    assertFacts(await store.listCalls({ scriptId: 'many', pageSize: 100 }), { total: 10_000, totalPages: 100 })
    await store.insertCalls({ calls: someCalls(1, { scriptId: 'many' }) })
    assertFacts(await store.listCalls({ scriptId: 'many', pageSize: 100 }), { total: null, totalPages: null })
    assertFacts(await store.listCalls({ status: ['PENDING'] }), { total: 10_001, totalPages: 501 })
    assertFacts(await store.listCalls({ page: 501 }), { total: 10_001 })
  },
})

async function withCalls(count: number, { store, worker }: { readonly store: Store; readonly worker: Worker }) {
  const calls = someCalls(count)
  await store.insertCalls({ calls })
  return { store, worker, ids: calls.map(({ id }) => id).toReversed() }
}

async function* walk(store: Store, query: ListQuery): AsyncGenerator<CallPage> {
  let page = await store.listCalls(query)
  yield page
  while (page.nextCursor !== null) {
    page = await store.listCalls({ ...query, cursor: page.nextCursor })
    yield page
  }
}

function idsOn(page: CallPage): readonly string[] {
  return page.items.map(({ id }) => id)
}
