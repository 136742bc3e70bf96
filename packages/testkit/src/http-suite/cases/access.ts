import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { isEbraError, type JsonObject } from '@ebra/core'
import type { Wanted } from '@ebra/core/http'
import { aBody, enqueued, live, unconfirmed } from '../calls.ts'
import { assertAnswer, assertProblem, itemsOf } from '../expectations.ts'
import { httpCases } from '../http-case.ts'

type Request = readonly [method: string, path: string, json?: JsonObject]

const id = '01900000-0000-7000-8000-000000000000'
const verdict = { notRang: true }

/** Every guarded request and what `authorize` is asked. */
const guarded: readonly (readonly [Request, Wanted])[] = [
  [['POST', '/calls', aBody()], { scope: 'enqueue', operation: 'enqueueCall' }],
  [['POST', '/calls/batch', { calls: [aBody()] }], { scope: 'enqueue', operation: 'enqueueCalls' }],
  [['GET', '/calls'], { scope: 'read', operation: 'listCalls' }],
  [['GET', `/calls/${id}`], { scope: 'read', operation: 'getCall', callId: id }],
  [['PATCH', `/calls/${id}`, {}], { scope: 'enqueue', operation: 'updateCall', callId: id }],
  [['POST', `/calls/${id}/cancel`], { scope: 'enqueue', operation: 'cancelCall', callId: id }],
  [['POST', `/calls/${id}/retry`], { scope: 'enqueue', operation: 'retryCall', callId: id }],
  [['GET', `/calls/${id}/attempts`], { scope: 'read', operation: 'listAttempts', callId: id }],
  [['GET', `/calls/${id}/attempts/1`], { scope: 'read', operation: 'getAttempt', callId: id }],
  [['POST', `/attempts/${id}.1/resolve`, verdict], { scope: 'admin', operation: 'resolveAttempt', callId: id }],
  [['GET', '/metrics'], { scope: 'metrics', operation: 'readMetrics' }],
  [['GET', '/control'], { scope: 'admin', operation: 'readControl' }],
  [['PATCH', '/control', {}], { scope: 'admin', operation: 'changeControl' }],
  [['DELETE', '/control/gates/x'], { scope: 'admin', operation: 'releaseGate' }],
]

/** `authorize`, scopes and tenants. */
export const access = httpCases('access', {
  'asks the host what each request wants, and shows it the request': async (setup) => {
    const asked: unknown[] = []
    const { send } = await setup({
      authorize: async (credentials, wanted) => {
        asked.push([credentials, wanted])
        return true
      },
    })
    const headers = { authorization: 'Bearer key-1' }
    for (const [[method, path, json]] of guarded) await send(method, path, { headers, ...(json && { json }) })
    deepEqual(
      asked,
      guarded.map(([, wanted]) => ['Bearer key-1', wanted]),
    )
  },

  'is 401 for those whom the host does not know, and 403 for those who may not': async (setup) => {
    const unknown = await setup({ authorize: () => 'unauthenticated' })
    const forbidden = await setup({ authorize: async () => false })
    for (const [[method, path, json]] of guarded) {
      const answer = await unknown.send(method, path, json && { json })
      assertProblem(answer, 401, 'UNAUTHENTICATED')
      match(answer.headers.get('www-authenticate') ?? '', /^Bearer/)
      assertProblem(await forbidden.send(method, path, json && { json }), 403, 'FORBIDDEN')
    }
  },

  'is decided before a byte of the body is read': async (setup) => {
    const { send } = await setup({ authorize: () => 'unauthenticated' })
    assertProblem(await send('POST', '/calls', { body: '{' }), 401, 'UNAUTHENTICATED')
    assertProblem(await send('POST', '/calls', { body: 'x'.repeat(100_000) }), 401, 'UNAUTHENTICATED')
  },

  'is never asked for /health and /openapi.json': async (setup) => {
    const { send } = await setup({ authorize: () => false })
    for (const path of ['/health', '/openapi.json']) equal((await send('GET', path)).status, 200)
  },

  'lets nobody in where the host’s function throws or answers nonsense, and reports it': async (setup) => {
    const broken = await setup({ authorize: () => Promise.reject(new Error('The session store at 10.0.0.5 is down.')) })
    assertProblem(await broken.send('GET', '/calls'), 500, 'INTERNAL_ERROR')
    const [event] = broken.events.filter(({ type }) => type === 'error')
    equal(event?.type === 'error' && event.error.message, 'The session store at 10.0.0.5 is down.')
    for (const nonsense of [undefined, null, 'yes', {}, { tenant: undefined }, { tenant: '' }, { tenant: 'a b' }]) {
      const { send } = await setup({ authorize: () => nonsense as unknown as boolean })
      assertProblem(await send('GET', '/calls'), 500, 'CONFIGURATION_INVALID')
    }
  },

  'must be granted or waived in so many words where a mounted route needs it': async (setup) => {
    for (const routes of [undefined, ['calls'], ['control'], ['health', 'metrics']] as const) {
      const given = { authorize: undefined, ...(routes && { routes }) }
      await rejects(
        async () => setup(given as object),
        (error) => isEbraError(error, 'CONFIGURATION_INVALID'),
      )
    }
    const { send } = await setup({ authorize: undefined, routes: ['webhooks', 'health', 'openapi'] } as object)
    equal((await send('GET', '/health')).status, 200)
  },

  'refuses options that no mount has': async (setup) => {
    const wrong = [
      { authorise: false },
      { routes: ['call'] },
      { routes: 'calls' },
      { webhookBodyLimit: 0 },
      { exposeProviderOptions: 'yes' },
    ]
    for (const given of wrong)
      await rejects(
        async () => setup(given as object),
        (error) => isEbraError(error, 'CONFIGURATION_INVALID'),
      )
  },
})

/** Two tenants behind one mount; the credentials are the tenant's name, or those of an operator who sees all. */
const byCredentials = {
  authorize: (credentials: string | undefined) => (credentials === 'operator' ? true : { tenant: credentials ?? 'nobody' }),
}
const acme = { headers: { authorization: 'acme' } }
const zeta = { headers: { authorization: 'zeta' } }
const operator = { headers: { authorization: 'operator' } }

/** `{ tenant }` as an answer of `authorize`. */
export const tenants = httpCases('tenants', {
  'are stamped on what they enqueue': async (setup) => {
    const { send } = await setup(byCredentials)
    equal(assertAnswer(await send('POST', '/calls', { ...acme, json: aBody() }), 201)['tenant'], 'acme')
    const batch = assertAnswer(await send('POST', '/calls/batch', { ...zeta, json: { calls: [aBody(), aBody()] } }), 201)
    deepEqual(
      itemsOf(batch).map(({ tenant }) => tenant),
      ['zeta', 'zeta'],
    )
    equal(assertAnswer(await send('POST', '/calls', { ...operator, json: aBody() }), 201)['tenant'], null)
  },

  'see and change nothing of one another, and cannot tell it from nothing': async (setup) => {
    const scene = await setup({ ...byCredentials, isStarted: true })
    const { send } = scene
    const call = assertAnswer(await send('POST', '/calls', { ...acme, json: aBody({ scheduledAt: '2030-01-01T00:00:00.000Z' }) }), 201)
    const path = `/calls/${call['id']}`
    const attempts: readonly Request[] = [
      ['GET', path],
      ['PATCH', path, { priority: 9 }],
      ['POST', `${path}/cancel`],
      ['POST', `${path}/retry`],
      ['GET', `${path}/attempts`],
      ['GET', `${path}/attempts/1`],
      ['POST', `/attempts/${call['id']}.1/resolve`, verdict],
    ]
    for (const [method, target, json] of attempts) {
      const foreign = await send(method, target, { ...zeta, ...(json && { json }) })
      const absent = await send(method, target.replace(String(call['id']), id), { ...zeta, ...(json && { json }) })
      assertProblem(foreign, 404, 'CALL_NOT_FOUND')
      equal(foreign.text.replaceAll(String(call['id']), id), absent.text)
    }
    deepEqual(assertAnswer(await send('GET', path, acme), 200), call)
    deepEqual(assertAnswer(await send('GET', path, operator), 200), call)
  },

  'list their own calls only, whatever they ask for': async (setup) => {
    const { send } = await setup(byCredentials)
    const own = assertAnswer(await send('POST', '/calls', { ...acme, json: aBody() }), 201)
    const other = assertAnswer(await send('POST', '/calls', { ...zeta, json: aBody() }), 201)
    const listed = async (query: string, who: typeof acme) => {
      const { items, total } = assertAnswer(await send('GET', `/calls${query}`, who), 200)
      return { ids: itemsOf({ items: items ?? null }).map((call) => call['id']), total }
    }
    deepEqual(await listed('', acme), { ids: [own['id']], total: 1 })
    deepEqual(await listed('?tenant=acme', acme), { ids: [own['id']], total: 1 })
    deepEqual(await listed('?tenant=zeta', acme), { ids: [], total: 0 })
    deepEqual(await listed('?tenant=zeta', operator), { ids: [other['id']], total: 1 })
    deepEqual(await listed('', operator), { ids: [other['id'], own['id']], total: 2 })
  },

  'have idempotency keys of their own': async (setup) => {
    const { send } = await setup(byCredentials)
    const json = aBody({ idempotencyKey: 'order-7' })
    const ids = [acme, zeta, operator].map(async (who) => assertAnswer(await send('POST', '/calls', { ...who, json }), 201)['id'])
    equal(new Set(await Promise.all(ids)).size, 3)
    assertAnswer(await send('POST', '/calls', { ...acme, json }), 200)
  },

  'resolve and cancel what is theirs': async (setup) => {
    const scene = await setup({ ...byCredentials, isStarted: true, prefix: '/voice' })
    const asAcme = { ...scene, send: (method: string, path: string, sending = {}) => scene.send(method, path, { ...sending, ...acme }) }
    const { attemptId } = await unconfirmed(asAcme, { maxAttempts: 1 })
    assertProblem(await scene.send('POST', `/attempts/${attemptId}/resolve`, { ...zeta, json: { ended: 'busy' } }), 404, 'CALL_NOT_FOUND')
    assertAnswer(await scene.send('POST', `/attempts/${attemptId}/resolve`, { ...acme, json: { ended: 'busy' } }), 200)
    const call = await live(asAcme)
    assertProblem(await scene.send('POST', `/calls/${call['id']}/cancel`, zeta), 404, 'CALL_NOT_FOUND')
    assertAnswer(await scene.send('POST', `/calls/${call['id']}/cancel`, acme), 202)
  },

  'neither read the figures of the fleet nor control it': async (setup) => {
    const scene = await setup(byCredentials)
    await enqueued({ ...scene, send: (method, path, sending) => scene.send(method, path, { ...sending, ...acme }) })
    const requests: readonly Request[] = [
      ['GET', '/metrics'],
      ['GET', '/control'],
      ['PATCH', '/control', { paused: true }],
      ['DELETE', '/control/gates/x'],
    ]
    for (const [method, path, json] of requests) {
      assertProblem(await scene.send(method, path, { ...acme, ...(json && { json }) }), 403, 'FORBIDDEN')
    }
    assertAnswer(await scene.send('GET', '/control', operator), 200)
  },
})
