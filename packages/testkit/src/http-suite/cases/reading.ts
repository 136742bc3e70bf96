import { deepEqual, equal } from 'node:assert/strict'
import { aBody, aNumber, enqueued, unconfirmed } from '../calls.ts'
import { assertAnswer, assertInvalid, assertProblem, itemsOf, textAt } from '../expectations.ts'
import { httpCases } from '../http-case.ts'

const nobody = '01900000-0000-7000-8000-000000000000'

/** `GET /calls/:id` and `GET /calls`. */
export const reading = httpCases('GET /calls', {
  'shows a call by its id, in either case': async (setup) => {
    const scene = await setup()
    const call = await enqueued(scene)
    const id = textAt(call, 'id')
    deepEqual(assertAnswer(await scene.send('GET', `/calls/${id}`), 200), call)
    deepEqual(assertAnswer(await scene.send('GET', `/calls/${id.toUpperCase()}`), 200), call)
  },

  'knows no call by an id that nobody has, or that is none': async (setup) => {
    const { send } = await setup()
    for (const id of [nobody, '1', 'batch', 'null', '%00', '%F0%9F%8E%89', `${nobody}x`, 'a'.repeat(300), '..%2Fcalls', "'%20or%201=1"]) {
      assertProblem(await send('GET', `/calls/${id}`), 404, 'CALL_NOT_FOUND')
    }
  },

  'lists the newest first, page by page, with exact totals': async (setup) => {
    const scene = await setup()
    const ids: unknown[] = []
    for (let index = 0; index < 5; index++) ids.unshift((await enqueued(scene))['id'])
    const { items, ...facts } = assertAnswer(await scene.send('GET', '/calls'), 200)
    deepEqual(
      itemsOf({ items: items ?? null }).map(({ id }) => id),
      ids,
    )
    deepEqual(facts, { page: 1, pageSize: 20, total: 5, totalPages: 1, nextCursor: null })
    const second = assertAnswer(await scene.send('GET', '/calls?page=2&pageSize=2'), 200)
    deepEqual(
      itemsOf(second).map(({ id }) => id),
      ids.slice(2, 4),
    )
    deepEqual([second['page'], second['pageSize'], second['total'], second['totalPages']], [2, 2, 5, 3])
    const beyond = assertAnswer(await scene.send('GET', '/calls?page=9&pageSize=2'), 200)
    deepEqual([itemsOf(beyond), beyond['total'], beyond['totalPages']], [[], 5, 3])
  },

  'lists by cursor to the end, each call once, without a total': async (setup) => {
    const scene = await setup()
    const ids: unknown[] = []
    for (let index = 0; index < 5; index++) ids.unshift((await enqueued(scene))['id'])
    const seen: unknown[] = []
    let cursor: unknown = assertAnswer(await scene.send('GET', '/calls?pageSize=2'), 200)['nextCursor']
    seen.push(...ids.slice(0, 2))
    while (cursor !== null) {
      const page = assertAnswer(await scene.send('GET', `/calls?pageSize=2&cursor=${encodeURIComponent(String(cursor))}`), 200)
      deepEqual([page['page'], page['total'], page['totalPages']], [null, null, null])
      seen.push(...itemsOf(page).map(({ id }) => id))
      cursor = page['nextCursor']
    }
    deepEqual(seen, ids)
  },

  'filters by status, repeated or separated by commas': async (setup) => {
    const scene = await setup()
    const pending = await enqueued(scene)
    const canceled = await enqueued(scene)
    assertAnswer(await scene.send('POST', `/calls/${canceled['id']}/cancel`), 200)
    const idsOf = async (query: string) => itemsOf(assertAnswer(await scene.send('GET', `/calls?${query}`), 200)).map(({ id }) => id)
    deepEqual(await idsOf('status=PENDING'), [pending['id']])
    deepEqual(await idsOf('status=CANCELED'), [canceled['id']])
    deepEqual(await idsOf('status=PENDING,CANCELED'), [canceled['id'], pending['id']])
    deepEqual(await idsOf('status=PENDING&status=CANCELED'), [canceled['id'], pending['id']])
    deepEqual(await idsOf('status=FAILED,EXPIRED,COMPLETED,IN_PROGRESS'), [])
    equal(assertAnswer(await scene.send('GET', '/calls?status=CANCELED'), 200)['total'], 1)
  },

  'filters by number, script and time of creation': async (setup) => {
    const scene = await setup()
    const to = aNumber()
    const one = await enqueued(scene, { to, scriptId: 'reminder' })
    await enqueued(scene)
    const createdAt = encodeURIComponent(textAt(one, 'createdAt'))
    const found = async (query: string) => itemsOf(assertAnswer(await scene.send('GET', `/calls?${query}`), 200)).map(({ id }) => id)
    deepEqual(await found(`to=${encodeURIComponent(to)}`), [one['id']])
    deepEqual(await found(`to=${to}`), [one['id']], 'a plus that was not escaped')
    deepEqual(await found('scriptId=reminder'), [one['id']])
    deepEqual(await found(`scriptId=reminder&createdAfter=${createdAt}`), [one['id']], 'createdAfter is inclusive')
    deepEqual(await found(`scriptId=reminder&createdBefore=${createdAt}`), [], 'createdBefore is exclusive')
    deepEqual(await found('tenant=acme'), [])
  },

  'finds the calls whose attempts nobody can confirm': async (setup) => {
    const scene = await setup({ isStarted: true })
    const { callId } = await unconfirmed(scene)
    await enqueued(scene, { scheduledAt: '2030-01-01T00:00:00.000Z' })
    const items = itemsOf(assertAnswer(await scene.send('GET', '/calls?unconfirmed=true'), 200))
    deepEqual(
      items.map(({ id }) => id),
      [callId],
    )
  },

  'refuses values that are wrong, repeated, or of keys that it does not know': async (setup) => {
    const { send } = await setup()
    const wrong: Readonly<Record<string, string>> = {
      'status=DONE': 'status[0]',
      'status=': 'status[0]',
      'page=0': 'page',
      'page=1.5': 'page',
      'page=-1': 'page',
      'page=1e3': 'page',
      'pageSize=0': 'pageSize',
      'pageSize=101': 'pageSize',
      'pageSize=abc': 'pageSize',
      'pageSize=20&pageSize=30': 'pageSize',
      'to=123': 'to',
      'to=': 'to',
      'createdAfter=yesterday': 'createdAfter',
      'createdBefore=1999-01-01T00:00:00.000Z': 'createdBefore',
      'unconfirmed=yes': 'unconfirmed',
      'page=1&cursor=abc': 'cursor',
      'sort=id': 'sort',
      '__proto__=1': '__proto__',
      'constructor=1': 'constructor',
    }
    for (const [query, path] of Object.entries(wrong)) assertInvalid(await send('GET', `/calls?${query}`), path)
    assertInvalid(await send('GET', '/calls?pageSize=0&page=0&x=1'), 'pageSize', 'page', 'x')
    equal((await send('GET', '/calls?cursor=not-one-of-ours')).status, 422)
    assertInvalid(await send('GET', `/calls/${nobody}?verbose=1`), 'verbose')
  },
})

/** `PATCH /calls/:id`. */
export const updating = httpCases('PATCH /calls/:id', {
  'changes what it names and leaves the rest': async (setup) => {
    const scene = await setup()
    const call = await enqueued(scene, { metadata: { a: 1 }, variables: { name: 'Ada' }, priority: 3 })
    const to = aNumber()
    const changes = { to, scriptId: 'reminder', from: '+12025550199', metadata: { b: 2 }, maxAttempts: 7 }
    const { updatedAt, ...changed } = assertAnswer(
      await scene.send('PATCH', `/calls/${call['id']}`, { json: { ...changes, exclusive: false } }),
      200,
    )
    deepEqual({ ...changed, updatedAt: call['updatedAt'] }, { ...call, ...changes })
    deepEqual(assertAnswer(await scene.send('GET', `/calls/${call['id']}`), 200), { ...changed, updatedAt })
  },

  'answers 200 to nothing to change': async (setup) => {
    const scene = await setup()
    const call = await enqueued(scene)
    deepEqual(assertAnswer(await scene.send('PATCH', `/calls/${call['id']}`, { json: {} }), 200), call)
  },

  'clears with null, and moves the next attempt with the schedule': async (setup) => {
    const scene = await setup()
    const at = '2030-01-31T09:30:00.000Z'
    const call = await enqueued(scene, {
      from: '+12025550199',
      metadata: { a: 1 },
      variables: { b: 2 },
      priority: 9,
      scheduledAt: at,
      exclusive: false,
    })
    const path = `/calls/${call['id']}`
    const later = '2031-01-31T09:30:00.000Z'
    const moved = assertAnswer(await scene.send('PATCH', path, { json: { scheduledAt: later } }), 200)
    deepEqual([moved['scheduledAt'], moved['nextAttemptAt'], moved['attempts']], [later, later, 0])
    const nulls = {
      from: null,
      metadata: null,
      variables: null,
      priority: null,
      scheduledAt: null,
      expiresAt: null,
      maxAttempts: null,
      exclusive: null,
    }
    const cleared = assertAnswer(await scene.send('PATCH', path, { json: nulls }), 200)
    const names = ['from', 'metadata', 'variables', 'priority', 'scheduledAt', 'maxAttempts']
    deepEqual(
      names.map((name) => cleared[name]),
      [null, {}, {}, 0, null, 3],
    )
    equal(textAt(cleared, 'nextAttemptAt') < later, true)
  },

  'refuses what no call can be, with nothing changed': async (setup) => {
    const scene = await setup()
    const call = await enqueued(scene, { expiresAt: '2030-01-31T09:30:00.000Z' })
    const path = `/calls/${call['id']}`
    assertInvalid(await scene.send('PATCH', path, { json: { priority: 5, to: null } }), 'to')
    assertInvalid(await scene.send('PATCH', path, { json: { priority: 5, scriptId: 'undialable' } }), 'scriptId')
    assertInvalid(await scene.send('PATCH', path, { json: { priority: 5, scheduledAt: '2031-01-31T09:30:00.000Z' } }), 'expiresAt')
    const unknown = { idempotencyKey: 'x', status: 'COMPLETED', id: 'y', tenant: 'z', provider: 'lab', nextAttemptAt: null }
    assertInvalid(await scene.send('PATCH', path, { json: unknown }), ...Object.keys(unknown))
    assertInvalid(await scene.send('PATCH', path, { json: [] }), '')
    deepEqual(assertAnswer(await scene.send('GET', path), 200), call)
  },

  'knows no call that nobody has': async (setup) => {
    const { send } = await setup()
    for (const id of [nobody, 'batch', '1'])
      assertProblem(await send('PATCH', `/calls/${id}`, { json: { priority: 1 } }), 404, 'CALL_NOT_FOUND')
  },

  'changes nothing of a call that is no longer PENDING': async (setup) => {
    const scene = await setup()
    const call = await enqueued(scene)
    const canceled = assertAnswer(await scene.send('POST', `/calls/${call['id']}/cancel`), 200)
    for (const json of [{ priority: 5 }, {}]) {
      assertProblem(await scene.send('PATCH', `/calls/${call['id']}`, { json }), 409, 'CALL_NOT_PENDING')
    }
    deepEqual(assertAnswer(await scene.send('GET', `/calls/${call['id']}`), 200), canceled)
  },

  'takes what the list shows, once the keys that are not the client’s are gone': async (setup) => {
    const { send } = await setup()
    const call = assertAnswer(await send('POST', '/calls', { json: aBody({ metadata: { a: 1 } }) }), 201)
    const { to, scriptId, from, variables, metadata, priority, maxAttempts, scheduledAt, expiresAt } = call
    const own = { to, scriptId, from, variables, metadata, priority, maxAttempts, scheduledAt, expiresAt }
    assertAnswer(await send('PATCH', `/calls/${call['id']}`, { json: own }), 200)
  },
})
