import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { aBody, aNumber } from '../calls.ts'
import { assertAnswer, assertInvalid, assertProblem, itemsOf, textAt } from '../expectations.ts'
import { httpCases } from '../http-case.ts'

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** `POST /calls`. */
export const enqueueing = httpCases('POST /calls', {
  'answers 201, where the call is, and the call with every key of the contract': async (setup) => {
    const { send, prefix } = await setup()
    const to = aNumber()
    const answer = await send('POST', '/calls', { json: { to, scriptId: 'welcome', metadata: { customerId: 7 } } })
    const { id, createdAt, updatedAt, nextAttemptAt, ...call } = assertAnswer(answer, 201)
    match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    equal(answer.headers.get('location'), `${prefix}/calls/${id}`)
    equal(answer.headers.get('idempotent-replayed'), null)
    for (const at of [createdAt, updatedAt, nextAttemptAt]) match(String(at), instant)
    deepEqual(call, {
      to,
      from: null,
      scriptId: 'welcome',
      variables: {},
      metadata: { customerId: 7 },
      tenant: null,
      provider: null,
      status: 'PENDING',
      priority: 0,
      attempts: 0,
      maxAttempts: 3,
      lastError: null,
      outcome: null,
      providerCallId: null,
      durationSec: null,
      retryOf: null,
      scheduledAt: null,
      expiresAt: null,
      cancelRequestedAt: null,
      startedAt: null,
      endedAt: null,
    })
  },

  'takes every optional field, and shows it': async (setup) => {
    const { send } = await setup()
    const optional = {
      from: '+12025550199',
      variables: { name: 'Ada', age: 36, isMember: true },
      metadata: { nested: { list: [1, null, 'ünïcödé 🎉'] } },
      priority: -100,
      scheduledAt: '2030-01-31T09:30:00.000Z',
      expiresAt: '2030-01-31T10:30:00.000Z',
      maxAttempts: 100,
    }
    const hidden = { exclusive: false, idempotencyKey: 'order-7' }
    const call = assertAnswer(await send('POST', '/calls', { json: aBody({ ...optional, ...hidden }) }), 201)
    deepEqual(Object.fromEntries(Object.keys(optional).map((name) => [name, call[name]])), optional)
    equal(call['nextAttemptAt'], optional.scheduledAt)
    for (const name of Object.keys(hidden)) equal(name in call, false)
  },

  'reads instants with any offset, and answers them in UTC': async (setup) => {
    const { send } = await setup()
    const call = assertAnswer(await send('POST', '/calls', { json: aBody({ scheduledAt: '2030-01-31T09:30:00+02:00' }) }), 201)
    equal(call['scheduledAt'], '2030-01-31T07:30:00.000Z')
  },

  'takes JSON of any content type, or of none': async (setup) => {
    const { send } = await setup()
    for (const type of ['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/vnd.api+json', 'nonsense']) {
      assertAnswer(await send('POST', '/calls', { body: JSON.stringify(aBody()), headers: { 'content-type': type } }), 201)
    }
    assertAnswer(await send('POST', '/calls', { body: new TextEncoder().encode(JSON.stringify(aBody())) }), 201)
  },

  'lists every problem at once, each with its path': async (setup) => {
    const { send } = await setup()
    assertInvalid(await send('POST', '/calls', { json: {} }), 'to', 'scriptId')
    const wrong = {
      to: '2025550123',
      scriptId: '',
      from: 'a b',
      variables: { deep: {} },
      metadata: [],
      priority: 101,
      maxAttempts: 0,
      exclusive: 'no',
    }
    assertInvalid(
      await send('POST', '/calls', { json: wrong }),
      'to',
      'scriptId',
      'from',
      'variables.deep',
      'metadata',
      'priority',
      'maxAttempts',
      'exclusive',
    )
    assertInvalid(
      await send('POST', '/calls', { json: aBody({ scheduledAt: 'tomorrow', expiresAt: '1999-01-01T00:00:00.000Z' }) }),
      'scheduledAt',
      'expiresAt',
    )
    assertInvalid(await send('POST', '/calls', { json: aBody({ scriptId: 'undialable' }) }), 'scriptId')
  },

  'refuses a call that would expire before it is due': async (setup) => {
    const { send } = await setup()
    const at = '2030-01-31T09:30:00.000Z'
    assertInvalid(await send('POST', '/calls', { json: aBody({ scheduledAt: at, expiresAt: at }) }), 'expiresAt')
  },

  'refuses keys that it does not know, in the body and in the query': async (setup) => {
    const { send } = await setup()
    assertInvalid(
      await send('POST', '/calls', { json: aBody({ metdata: {}, status: 'COMPLETED', tenant: 'acme' }) }),
      'metdata',
      'status',
      'tenant',
    )
    assertInvalid(
      await send('POST', '/calls', { body: '{"to":"+12025550123","scriptId":"a","__proto__":{"exclusive":false}}' }),
      '__proto__',
    )
    assertInvalid(await send('POST', '/calls?dryRun=1', { json: aBody() }), 'dryRun')
    assertInvalid(await send('POST', '/calls', { json: aBody({ provider: 'lab', providerOptions: {} }) }), 'provider', 'providerOptions')
  },

  'lets clients name providers where the mount exposes them': async (setup) => {
    const { send } = await setup({ exposeProviderOptions: true })
    const options = { provider: 'annex', providerOptions: { annex: { voice: 'alto' } } }
    const call = assertAnswer(await send('POST', '/calls', { json: aBody(options) }), 201)
    deepEqual({ provider: call['provider'], providerOptions: call['providerOptions'] }, options)
    const [listed] = itemsOf(assertAnswer(await send('GET', '/calls'), 200))
    deepEqual(listed, call)
    assertInvalid(await send('POST', '/calls', { json: aBody({ provider: 'nobody' }) }), 'provider')
  },

  'answers the same call to the same key, and says that it is a replay': async (setup) => {
    const { send, prefix } = await setup()
    const json = aBody({ metadata: { a: 1, b: 2 } })
    const headers = { 'Idempotency-Key': 'order-7' }
    const first = assertAnswer(await send('POST', '/calls', { json, headers }), 201)
    const id = textAt(first, 'id')
    assertAnswer(await send('PATCH', `/calls/${id}`, { json: { priority: 5 } }), 200)
    const again = await send('POST', '/calls', { json: { ...json, metadata: { b: 2, a: 1 } }, headers })
    const replay = assertAnswer(again, 200)
    deepEqual([replay['id'], replay['priority']], [id, 5])
    equal(again.headers.get('idempotent-replayed'), 'true')
    equal(again.headers.get('location'), `${prefix}/calls/${id}`)
    const inBody = await send('POST', '/calls', { json: { ...json, idempotencyKey: 'order-7' } })
    equal(assertAnswer(inBody, 200)['id'], id)
    assertAnswer(await send('POST', '/calls', { json: { ...json, idempotencyKey: 'order-7' }, headers }), 200)
  },

  'refuses a key that belongs to other input, and keys that contradict each other or have another form': async (setup) => {
    const { send } = await setup()
    assertAnswer(await send('POST', '/calls', { json: aBody({ idempotencyKey: 'order-7' }) }), 201)
    assertProblem(await send('POST', '/calls', { json: aBody({ idempotencyKey: 'order-7' }) }), 422, 'IDEMPOTENCY_KEY_REUSED')
    assertInvalid(
      await send('POST', '/calls', { json: aBody({ idempotencyKey: 'one' }), headers: { 'Idempotency-Key': 'two' } }),
      'idempotencyKey',
    )
    for (const key of ['', 'a b', 'k'.repeat(256)]) {
      assertInvalid(await send('POST', '/calls', { json: aBody({ idempotencyKey: key }) }), 'idempotencyKey')
    }
    assertInvalid(await send('POST', '/calls', { json: aBody(), headers: { 'Idempotency-Key': 'a b' } }), 'Idempotency-Key')
    assertInvalid(await send('POST', '/calls', { json: aBody(), headers: { 'Idempotency-Key': 'k'.repeat(256) } }), 'Idempotency-Key')
    assertAnswer(await send('POST', '/calls', { json: aBody(), headers: { 'Idempotency-Key': 'k'.repeat(255) } }), 201)
  },

  'makes one call of fifty requests with one key at the same time': async (setup) => {
    const { send } = await setup()
    const sending = { json: aBody(), headers: { 'Idempotency-Key': 'storm' } }
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('POST', '/calls', sending)))
    const statuses = answers.map(({ status }) => status).toSorted()
    deepEqual(statuses, [...Array.from({ length: 49 }, () => 200), 201])
    equal(new Set(answers.map(({ json }) => json['id'])).size, 1)
    equal(assertAnswer(await send('GET', '/calls'), 200)['total'], 1)
  },

  'makes two calls of two equal requests without a key': async (setup) => {
    const { send } = await setup()
    const json = aBody()
    const [one, two] = [await send('POST', '/calls', { json }), await send('POST', '/calls', { json })]
    notEqual(assertAnswer(one, 201)['id'], assertAnswer(two, 201)['id'])
  },
})
