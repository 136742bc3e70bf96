import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { callThat, completed, enqueued, live, report, unconfirmed } from '../calls.ts'
import { assertAnswer, assertInvalid, assertProblem, itemsOf, textAt } from '../expectations.ts'
import { httpCases } from '../http-case.ts'

const nobody = '01900000-0000-7000-8000-000000000000'

/** `POST /calls/:id/cancel` and `POST /calls/:id/retry`. */
export const canceling = httpCases('POST /calls/:id/cancel and /retry', {
  'cancels a PENDING call at once, and only once': async (setup) => {
    const scene = await setup()
    const { id } = await enqueued(scene)
    const canceled = assertAnswer(await scene.send('POST', `/calls/${id}/cancel`), 200)
    deepEqual([canceled['id'], canceled['status'], canceled['nextAttemptAt']], [id, 'CANCELED', null])
    notEqual(canceled['endedAt'], null)
    assertProblem(await scene.send('POST', `/calls/${id}/cancel`), 409, 'CALL_ENDED')
  },

  'asks a live call to end, and answers the same as often as it is asked': async (setup) => {
    const scene = await setup({ isStarted: true })
    const call = await live(scene)
    const path = `/calls/${call['id']}/cancel`
    const first = assertAnswer(await scene.send('POST', path), 202)
    const second = assertAnswer(await scene.send('POST', path), 202)
    deepEqual([first['status'], second['status']], ['IN_PROGRESS', 'IN_PROGRESS'])
    notEqual(first['cancelRequestedAt'], null)
    equal(second['cancelRequestedAt'], first['cancelRequestedAt'])
    assertAnswer(await report(scene, { providerCallId: textAt(call, 'providerCallId'), status: 'NO_ANSWER' }), 200)
    const ended = await callThat(scene, textAt(call, 'id'), ({ status }) => status !== 'IN_PROGRESS')
    deepEqual([ended['status'], ended['attempts']], ['CANCELED', 1])
    assertProblem(await scene.send('POST', path), 409, 'CALL_ENDED')
  },

  'leaves a live call COMPLETED that completed before it could be ended': async (setup) => {
    const scene = await setup({ isStarted: true })
    const call = await live(scene)
    assertAnswer(await scene.send('POST', `/calls/${call['id']}/cancel`), 202)
    assertAnswer(await report(scene, { providerCallId: textAt(call, 'providerCallId'), status: 'COMPLETED' }), 200)
    const ended = await callThat(scene, textAt(call, 'id'), ({ status }) => status !== 'IN_PROGRESS')
    equal(ended['status'], 'COMPLETED')
  },

  'enqueues an ended call anew': async (setup) => {
    const scene = await setup()
    const old = await enqueued(scene, { metadata: { a: 1 }, priority: 4, idempotencyKey: 'order-7' })
    assertProblem(await scene.send('POST', `/calls/${old['id']}/retry`), 409, 'CALL_NOT_ENDED')
    const canceled = assertAnswer(await scene.send('POST', `/calls/${old['id']}/cancel`), 200)
    const answer = await scene.send('POST', `/calls/${old['id']}/retry`)
    const call = assertAnswer(answer, 201)
    equal(answer.headers.get('location'), `${scene.prefix}/calls/${call['id']}`)
    notEqual(call['id'], old['id'])
    const same = ['to', 'scriptId', 'metadata', 'priority', 'tenant', 'maxAttempts'] as const
    deepEqual(
      same.map((name) => call[name]),
      same.map((name) => old[name]),
    )
    deepEqual([call['retryOf'], call['status'], call['attempts'], call['endedAt']], [old['id'], 'PENDING', 0, null])
    deepEqual(assertAnswer(await scene.send('GET', `/calls/${old['id']}`), 200), canceled)
  },

  'takes no body, or an empty object, and nothing else': async (setup) => {
    const scene = await setup()
    const { id } = await enqueued(scene)
    for (const action of ['cancel', 'retry']) {
      assertInvalid(await scene.send('POST', `/calls/${id}/${action}`, { json: { reason: 'changed my mind' } }), 'reason')
      assertProblem(await scene.send('POST', `/calls/${id}/${action}`, { body: '{' }), 400, 'BODY_UNREADABLE')
    }
    assertAnswer(await scene.send('POST', `/calls/${id}/cancel`, { json: {} }), 200)
  },

  'knows no call that nobody has': async (setup) => {
    const { send } = await setup()
    for (const action of ['cancel', 'retry']) {
      for (const id of [nobody, 'x']) assertProblem(await send('POST', `/calls/${id}/${action}`), 404, 'CALL_NOT_FOUND')
    }
  },
})

/** `GET /calls/:id/attempts` and `POST /attempts/:id/resolve`. */
export const attempts = httpCases('attempts', {
  'are listed in order with every key of the contract, and alone with their transcript': async (setup) => {
    const scene = await setup({ isStarted: true, orchestrator: { storeDetails: 'all' } })
    const call = await live(scene)
    const details = {
      durationSec: 42,
      transcript: 'Hello?',
      summary: 'They said hello.',
      data: { mood: 'good' },
      recordingUrl: 'https://r.example/1',
    }
    const event = {
      providerCallId: textAt(call, 'providerCallId'),
      status: 'COMPLETED',
      cost: { amount: '0.12', currency: 'USD' },
      ...details,
    }
    assertAnswer(await report(scene, event), 200)
    const done = await callThat(scene, textAt(call, 'id'), ({ status }) => status === 'COMPLETED')
    deepEqual([done['outcome'], done['durationSec'], done['attempts']], ['completed', 42, 1])
    const [listed, ...others] = itemsOf(assertAnswer(await scene.send('GET', `/calls/${call['id']}/attempts`), 200))
    ok(listed)
    const { startedAt, endedAt, reason, ...attempt } = listed
    deepEqual(others, [])
    for (const at of [startedAt, endedAt]) match(String(at), /^\d{4}-.+\.\d{3}Z$/)
    equal(reason === null || typeof reason === 'string', true)
    deepEqual(attempt, {
      id: `${call['id']}.1`,
      number: 1,
      status: 'ENDED',
      to: call['to'],
      scriptId: 'welcome',
      provider: 'lab',
      providerCallId: `lab-${call['id']}.1`,
      outcome: 'completed',
      error: null,
      answeredBy: null,
      answeredAt: null,
      durationSec: 42,
      cost: { amount: '0.12', currency: 'USD' },
      recordingUrl: 'https://r.example/1',
      summary: 'They said hello.',
      data: { mood: 'good' },
    })
    const alone = assertAnswer(await scene.send('GET', `/calls/${call['id']}/attempts/1`), 200)
    deepEqual(alone, { ...listed, transcript: 'Hello?' })
  },

  'are none of a call that was never dialed': async (setup) => {
    const scene = await setup()
    const { id } = await enqueued(scene)
    deepEqual(assertAnswer(await scene.send('GET', `/calls/${id}/attempts`), 200), { items: [] })
    for (const number of ['1', '0', '-1', '01', '1.0', 'last', '%20', '9'.repeat(40)]) {
      assertProblem(await scene.send('GET', `/calls/${id}/attempts/${number}`), 404, 'CALL_NOT_FOUND')
    }
    assertProblem(await scene.send('GET', `/calls/${nobody}/attempts`), 404, 'CALL_NOT_FOUND')
    assertProblem(await scene.send('GET', `/calls/${nobody}/attempts/1`), 404, 'CALL_NOT_FOUND')
  },

  'are resolved by the host’s verdict while nobody can confirm them': async (setup) => {
    const scene = await setup({ isStarted: true })
    const { callId, attemptId } = await unconfirmed(scene, { maxAttempts: 1 })
    const [attempt] = itemsOf(assertAnswer(await scene.send('GET', `/calls/${callId}/attempts`), 200))
    equal(attempt?.['status'], 'UNCONFIRMED')
    const call = assertAnswer(await scene.send('POST', `/attempts/${attemptId}/resolve`, { json: { ended: 'completed' } }), 200)
    deepEqual([call['id'], call['status'], call['outcome']], [callId, 'COMPLETED', 'completed'])
    const again = await scene.send('POST', `/attempts/${attemptId}/resolve`, { json: { ended: 'failed' } })
    assertProblem(again, 409, 'ATTEMPT_NOT_RESOLVABLE')
  },

  'are put back where the host says that no phone rang': async (setup) => {
    const scene = await setup({ isStarted: true })
    const { attemptId } = await unconfirmed(scene)
    assertAnswer(await scene.send('PATCH', '/control', { json: { paused: true } }), 200)
    const call = assertAnswer(await scene.send('POST', `/attempts/${attemptId}/resolve`, { json: { notRang: true } }), 200)
    deepEqual([call['status'], call['attempts']], ['PENDING', 0])
  },

  'cannot be resolved while they live, once they have ended, or where there are none': async (setup) => {
    const scene = await setup({ isStarted: true })
    const { id } = await live(scene)
    assertProblem(await scene.send('POST', `/attempts/${id}.1/resolve`, { json: { notRang: true } }), 409, 'ATTEMPT_NOT_RESOLVABLE')
    assertProblem(await scene.send('POST', `/attempts/${id}.7/resolve`, { json: { notRang: true } }), 409, 'ATTEMPT_NOT_RESOLVABLE')
    for (const attemptId of [`${nobody}.1`, 'x', `${id}`, `${id}.0`]) {
      assertProblem(await scene.send('POST', `/attempts/${attemptId}/resolve`, { json: { notRang: true } }), 404, 'CALL_NOT_FOUND')
    }
    const done = await completed(scene)
    assertProblem(
      await scene.send('POST', `/attempts/${done['id']}.1/resolve`, { json: { ended: 'failed' } }),
      409,
      'ATTEMPT_NOT_RESOLVABLE',
    )
  },

  'take one verdict, in its words': async (setup) => {
    const { send } = await setup()
    const path = `/attempts/${nobody}.1/resolve`
    assertInvalid(await send('POST', path, { json: {} }), '')
    assertInvalid(await send('POST', path, { json: { ended: 'completed', notRang: true } }), '')
    assertInvalid(await send('POST', path, { json: { ended: 'COMPLETED' } }), 'ended')
    assertInvalid(await send('POST', path, { json: { notRang: false } }), 'notRang')
    assertInvalid(await send('POST', path, { json: { ended: 'completed', by: 'me' } }), 'by')
  },
})
