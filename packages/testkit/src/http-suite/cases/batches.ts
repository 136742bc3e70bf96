import { deepEqual, equal } from 'node:assert/strict'
import { aBody } from '../calls.ts'
import { assertAnswer, assertInvalid, assertProblem, itemsOf } from '../expectations.ts'
import { httpCases } from '../http-case.ts'

/** `POST /calls/batch`. */
export const batches = httpCases('POST /calls/batch', {
  'enqueues all calls, and answers them in the order in which they came': async (setup) => {
    const { send } = await setup()
    const calls = Array.from({ length: 25 }, (_, index) => aBody({ metadata: { index } }))
    const items = itemsOf(assertAnswer(await send('POST', '/calls/batch', { json: { calls } }), 201))
    deepEqual(
      items.map(({ to, metadata, status }) => ({ to, metadata, status })),
      calls.map(({ to, metadata }) => ({ to, metadata, status: 'PENDING' })),
    )
    const list = assertAnswer(await send('GET', '/calls?pageSize=100'), 200)
    deepEqual(
      itemsOf(list).map(({ id }) => id),
      items.map(({ id }) => id).toReversed(),
    )
  },

  'takes ten thousand calls, and not one more': async (setup) => {
    const { send } = await setup()
    const calls = Array.from({ length: 10_000 }, () => ({ to: '+12025550123', scriptId: 'welcome' }))
    equal(itemsOf(assertAnswer(await send('POST', '/calls/batch', { json: { calls } }), 201)).length, 10_000)
    assertInvalid(await send('POST', '/calls/batch', { json: { calls: [...calls, calls[0]] } }), 'calls')
    equal(assertAnswer(await send('GET', '/calls?status=PENDING'), 200)['total'], 10_000)
  },

  'enqueues nothing where one call is wrong, and says which': async (setup) => {
    const { send } = await setup()
    const calls = [aBody(), aBody({ to: 'nobody' }), aBody({ priority: 1_000, colour: 'red' })]
    assertInvalid(await send('POST', '/calls/batch', { json: { calls } }), 'calls[1].to', 'calls[2].priority', 'calls[2].colour')
    assertInvalid(
      await send('POST', '/calls/batch', { json: { calls: [aBody(), aBody({ scriptId: 'undialable' })] } }),
      'calls[1].scriptId',
    )
    equal(assertAnswer(await send('GET', '/calls'), 200)['total'], 0)
  },

  'refuses what is no list of calls': async (setup) => {
    const { send } = await setup()
    for (const json of [{}, { calls: null }, { calls: {} }, { calls: [] }])
      assertInvalid(await send('POST', '/calls/batch', { json }), 'calls')
    assertInvalid(await send('POST', '/calls/batch', { json: { calls: [1, null] } }), 'calls[0]', 'calls[1]')
    assertInvalid(await send('POST', '/calls/batch', { json: { calls: [aBody()], atomic: true } }), 'atomic')
    assertInvalid(await send('POST', '/calls/batch', { json: [aBody()] }), '')
  },

  'replays a whole batch that comes again with its key': async (setup) => {
    const { send } = await setup()
    const json = { calls: [aBody(), aBody()] }
    const headers = { 'Idempotency-Key': 'k'.repeat(255) }
    const first = itemsOf(assertAnswer(await send('POST', '/calls/batch', { json, headers }), 201))
    const again = await send('POST', '/calls/batch', { json, headers })
    deepEqual(itemsOf(assertAnswer(again, 200)), first)
    equal(again.headers.get('idempotent-replayed'), 'true')
    const longer = await send('POST', '/calls/batch', { json: { calls: [...json.calls, aBody()] }, headers })
    deepEqual(itemsOf(assertAnswer(longer, 201)).slice(0, 2), first)
    equal(longer.headers.get('idempotent-replayed'), null)
    equal(assertAnswer(await send('GET', '/calls'), 200)['total'], 3)
  },

  'makes one set of calls of many requests with one key at the same time': async (setup) => {
    const { send } = await setup()
    const sending = { json: { calls: [aBody(), aBody(), aBody()] }, headers: { 'Idempotency-Key': 'storm' } }
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('POST', '/calls/batch', sending)))
    deepEqual(answers.map(({ status }) => status).toSorted(), [...Array.from({ length: 19 }, () => 200), 201])
    equal(assertAnswer(await send('GET', '/calls'), 200)['total'], 3)
  },

  'refuses a key that belongs to another batch, and enqueues nothing of it': async (setup) => {
    const { send } = await setup()
    const headers = { 'Idempotency-Key': 'monday' }
    const [first, second] = [aBody(), aBody()]
    assertAnswer(await send('POST', '/calls/batch', { json: { calls: [first, second] }, headers }), 201)
    assertProblem(
      await send('POST', '/calls/batch', { json: { calls: [first, aBody(), aBody()] }, headers }),
      422,
      'IDEMPOTENCY_KEY_REUSED',
    )
    equal(assertAnswer(await send('GET', '/calls'), 200)['total'], 2)
  },

  'lets a call within a batch have a key of its own': async (setup) => {
    const { send } = await setup()
    const known = aBody({ idempotencyKey: 'order-7' })
    const first = assertAnswer(await send('POST', '/calls', { json: known }), 201)
    const mixed = await send('POST', '/calls/batch', { json: { calls: [known, aBody()] } })
    equal(itemsOf(assertAnswer(mixed, 201))[0]?.['id'], first['id'])
    const replayed = await send('POST', '/calls/batch', { json: { calls: [known] } })
    equal(itemsOf(assertAnswer(replayed, 200)).length, 1)
    equal(replayed.headers.get('idempotent-replayed'), 'true')
  },
})
