import { deepEqual, equal, ok } from 'node:assert/strict'
import type { JsonObject } from '@ebra/core'
import { routeGroups } from '@ebra/core/http'
import { aBody, enqueued, labWebhook } from '../calls.ts'
import { assertAnswer, assertInvalid, assertProblem } from '../expectations.ts'
import { httpCases } from '../http-case.ts'

/** Paths and methods, and what is the host's. */
export const paths = httpCases('paths and methods', {
  'leave to the host what is not theirs': async (setup) => {
    const { send } = await setup()
    const own = await send('GET', '/host')
    deepEqual([own.status, own.text], [200, 'the host'])
    for (const path of [
      '',
      '/',
      '/nothing',
      '/calls/',

      '/Calls',
      '/calls/x/y',
      '/callbacks',
      '/control/gates',
      '/openapi',
      '/healthz',
    ]) {
      const answer = await send('GET', path)
      equal(answer.status, 404, path)
      ok(answer.json['code'] === undefined || answer.json['code'] === 'ROUTE_NOT_FOUND', `${path}: ${answer.text}`)
    }
  },

  'answer 405 to a method that they do not know, with those that they know': async (setup) => {
    const { send } = await setup({ authorize: () => 'unauthenticated' })
    const allowed: Readonly<Record<string, string>> = {
      '/calls': 'GET, HEAD, POST',
      '/calls/batch': 'GET, HEAD, PATCH, POST',
      '/calls/x': 'GET, HEAD, PATCH',
      '/calls/x/cancel': 'POST',
      '/calls/x/retry': 'POST',
      '/calls/x/attempts': 'GET, HEAD',
      '/calls/x/attempts/1': 'GET, HEAD',
      '/attempts/x/resolve': 'POST',
      '/metrics': 'GET, HEAD',
      '/control': 'GET, HEAD, PATCH',
      '/control/gates/x': 'DELETE',
      '/callbacks/call-status': 'GET, POST',
      '/callbacks/lab': 'GET, POST',
      '/callbacks/lab/url': 'GET, POST',
      '/health': 'GET, HEAD',
      '/openapi.json': 'GET, HEAD',
    }
    for (const [path, allow] of Object.entries(allowed)) {
      for (const method of ['PUT', 'OPTIONS', 'QUERY']) {
        const answer = await send(method, path)
        assertProblem(answer, 405, 'METHOD_NOT_ALLOWED')
        equal(answer.headers.get('allow'), allow, path)
      }
    }
    assertProblem(await send('DELETE', '/calls/x'), 405, 'METHOD_NOT_ALLOWED')
    assertProblem(await send('PUT', '/calls', { json: aBody() }), 405, 'METHOD_NOT_ALLOWED')
  },

  'answer HEAD as GET, without the body': async (setup) => {
    const scene = await setup()
    const { id } = await enqueued(scene)
    for (const path of ['/calls', `/calls/${id}`, '/health', '/metrics', '/openapi.json', '/control']) {
      const answer = await scene.send('HEAD', path)
      deepEqual([answer.status, answer.text], [200, ''], path)
      equal(answer.headers.get('content-type'), 'application/json; charset=utf-8')
    }
    equal((await scene.send('HEAD', '/calls/x')).status, 404)
    equal((await scene.send('HEAD', '/callbacks/call-status')).status, 405)
  },

  'survive escapes that are broken or strange': async (setup) => {
    const { send } = await setup()
    for (const path of [
      '/calls/%',
      '/calls/%zz',
      '/calls/%C3',
      '/calls/%2e%2e%2f',
      '/calls/%00',
      '/callbacks/%FF',
      '/calls?status=%zz',
      '/calls?%',
      '/attempts/%/resolve',
    ]) {
      const answer = await send('GET', path)
      ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`)
    }
  },

  'are where the host mounts them': async (setup) => {
    for (const prefix of ['', '/a/b/c', '/voice.v1']) {
      const { send } = await setup({ prefix })
      const answer = await send('POST', '/calls', { json: aBody() })
      equal(answer.headers.get('location'), `${prefix}/calls/${assertAnswer(answer, 201)['id']}`)
      equal((await send('GET', '/host')).text, 'the host')
    }
  },

  'are only those groups that the host mounts': async (setup) => {
    const paths = {
      calls: '/calls',
      webhooks: '/callbacks/lab',
      metrics: '/metrics',
      health: '/health',
      openapi: '/openapi.json',
      control: '/control',
    }
    for (const group of routeGroups) {
      const { send } = await setup({ routes: [group] })
      for (const [other, path] of Object.entries(paths)) {
        const { status, json } = await send(other === 'webhooks' ? 'POST' : 'GET', path)
        equal(status === 404 && json['code'] !== 'CALL_NOT_FOUND', other !== group, `${group}: ${path} answers ${status}`)
      }
    }
  },
})

/** `GET /health`, `GET /openapi.json`, and what happens when the database is gone. */
export const health = httpCases('health and outages', {
  'is ok while the database answers': async (setup) => {
    const { send } = await setup({ authorize: () => false })
    deepEqual(assertAnswer(await send('GET', '/health'), 200), { status: 'ok' })
    assertInvalid(await send('GET', '/health?verbose'), 'verbose')
  },

  'is 503 when the database is gone, and when it does not answer within a second': async (setup) => {
    const { send, database } = await setup()
    assertAnswer(await send('GET', '/health'), 200)
    for (const state of ['gone', 'silent'] as const) {
      database.set(state)
      const answer = await send('GET', '/health')
      assertProblem(answer, 503, 'STORE_UNAVAILABLE')
      ok(Number(answer.headers.get('retry-after')) > 0)
    }
    database.set('there')
    assertAnswer(await send('GET', '/health'), 200)
  },

  'is told by every route that needs the database': async (setup) => {
    const scene = await setup()
    const { send, database } = scene
    const { id } = await enqueued(scene)
    database.set('gone')
    const requests: readonly (readonly [string, string, JsonObject?])[] = [
      ['POST', '/calls', aBody()],
      ['POST', '/calls/batch', { calls: [aBody()] }],
      ['GET', '/calls'],
      ['GET', `/calls/${id}`],
      ['PATCH', `/calls/${id}`, { priority: 1 }],
      ['POST', `/calls/${id}/cancel`],
      ['POST', `/calls/${id}/retry`],
      ['GET', `/calls/${id}/attempts`],
      ['GET', `/calls/${id}/attempts/1`],
      ['POST', `/attempts/${id}.1/resolve`, { notRang: true }],
      ['GET', '/metrics'],
      ['GET', '/control'],
      ['PATCH', '/control', { paused: true }],
      ['DELETE', '/control/gates/provider:lab'],
    ]
    for (const [method, path, json] of requests) {
      const answer = await send(method, path, json === undefined ? {} : { json })
      assertProblem(answer, 503, 'STORE_UNAVAILABLE')
      ok(Number(answer.headers.get('retry-after')) > 0, path)
    }
    const webhook = await send('POST', '/callbacks/lab', labWebhook({ callId: String(id), status: 'COMPLETED' }))
    assertProblem(webhook, 503, 'STORE_UNAVAILABLE')
    ok(Number(webhook.headers.get('retry-after')) > 0)
  },

  'is 503 in a process that was stopped': async (setup) => {
    const { send, orchestrator } = await setup({ isStarted: true })
    await orchestrator.stop()
    for (const path of ['/health', '/calls', '/metrics']) {
      const answer = await send('GET', path)
      equal(answer.status, 503, answer.text)
      ok(Number(answer.headers.get('retry-after')) > 0)
    }
  },

  'does not keep the routes from describing themselves': async (setup) => {
    const { send, prefix } = await setup({ authorize: () => false })
    const document = assertAnswer(await send('GET', '/openapi.json'), 200)
    equal(document['openapi'], '3.1.0')
    deepEqual(document['servers'], [{ url: prefix }])
    deepEqual(Object.keys(document['paths'] ?? {}).length, 16)
  },
})
