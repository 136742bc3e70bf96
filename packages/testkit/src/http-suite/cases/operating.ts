import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { completed, enqueued } from '../calls.ts'
import { assertAnswer, assertInvalid, assertProblem } from '../expectations.ts'
import { httpCases } from '../http-case.ts'
import { readSamples } from '../prometheus-text.ts'

const statuses = ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED']

/** `GET /metrics`. */
export const metrics = httpCases('GET /metrics', {
  'counts in JSON by default': async (setup) => {
    const scene = await setup({ isStarted: true })
    await completed(scene)
    await enqueued(scene, { scheduledAt: '2030-01-31T09:30:00.000Z' })
    for (const accept of ['*/*', 'application/json', 'text/html,*/*;q=0.8', 'image/png', 'application/json, text/plain, */*']) {
      const json = assertAnswer(await scene.send('GET', '/metrics', { headers: { accept } }), 200)
      deepEqual(json['calls'], { PENDING: 1, IN_PROGRESS: 0, COMPLETED: 1, FAILED: 0, EXPIRED: 0, CANCELED: 0 })
      deepEqual(Object.keys(json['calls'] ?? {}), statuses)
      deepEqual(json['slots'], { used: 0, held: 0, capacity: 10, configured: 10 })
      deepEqual([json['unconfirmed'], json['parkedWebhooks'], json['oldestPendingSeconds'], json['gates']], [0, 0, null, []])
    }
  },

  'speaks the text of Prometheus and of OpenMetrics to those who ask for it': async (setup) => {
    const scene = await setup({ isStarted: true })
    await completed(scene)
    const asked = {
      'text/plain': ['text/plain; version=0.0.4; charset=utf-8', 'ebra_calls_ended_total'],
      'text/plain;version=0.0.4, */*;q=0.1': ['text/plain; version=0.0.4; charset=utf-8', 'ebra_calls_ended_total'],
      'application/openmetrics-text': ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'ebra_calls_ended'],
      'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2': [
        'application/openmetrics-text; version=1.0.0; charset=utf-8',
        'ebra_calls_ended',
      ],
    }
    for (const [accept, [type, family]] of Object.entries(asked)) {
      const answer = await scene.send('GET', '/metrics', { headers: { accept } })
      equal(answer.status, 200)
      equal(answer.headers.get('content-type'), type)
      match(answer.headers.get('vary') ?? '', /\bAccept\b/i)
      ok(answer.text.includes(`# TYPE ${family} counter\n`))
      equal(answer.text.endsWith('\n# EOF\n'), type?.startsWith('application/openmetrics-text'))
    }
  },

  'says the same in text as in JSON, with no number and no id in any label': async (setup) => {
    const scene = await setup({ isStarted: true })
    await completed(scene)
    await enqueued(scene, { scheduledAt: '2030-01-31T09:30:00.000Z' })
    assertAnswer(await scene.send('PATCH', '/control', { json: { paused: true, capacity: 5 } }), 200)
    const { text } = await scene.send('GET', '/metrics', { headers: { accept: 'text/plain' } })
    const samples = readSamples(text)
    for (const status of statuses) ok(samples.has(`ebra_calls{status="${status}"}`), status)
    const figures = {
      'ebra_calls{status="PENDING"}': 1,
      'ebra_calls{status="COMPLETED"}': 1,
      'ebra_calls_ended_total{status="COMPLETED"}': 1,
      'ebra_calls_ended_total{status="FAILED"}': 0,
      ebra_slots_used: 0,
      ebra_slots_capacity: 5,
      ebra_slots_configured: 10,
      'ebra_gates_closed{reason="paused"}': 1,
      'ebra_gates_closed{reason="blocked"}': 0,
      ebra_webhooks_received_total: 1,
    }
    deepEqual(Object.fromEntries(Object.keys(figures).map((name) => [name, samples.get(name)])), figures)
    for (const name of samples.keys()) match(name, /^ebra_[a-z_]+(\{(status|reason)="[A-Za-z_]+"\})?$/)
  },

  'refuses keys in its query': async (setup) => {
    const { send } = await setup()
    assertInvalid(await send('GET', '/metrics?format=json'), 'format')
  },
})

/** `/control`. */
export const control = httpCases('/control', {
  'shows the cap, the pause and the gates': async (setup) => {
    const { send } = await setup({ isStarted: true })
    const open = { capacity: 10, configured: 10, override: null, dialsPerSecond: null, paused: false, gates: [] }
    deepEqual(assertAnswer(await send('GET', '/control'), 200), open)
    const unstarted = await setup()
    deepEqual(assertAnswer(await unstarted.send('GET', '/control'), 200), { ...open, capacity: null, configured: null })
  },

  'sets the operator’s cap, which wins, and takes it back with null': async (setup) => {
    const { send } = await setup({ isStarted: true })
    const lowered = assertAnswer(await send('PATCH', '/control', { json: { capacity: 0 } }), 200)
    deepEqual([lowered['capacity'], lowered['configured'], lowered['override']], [0, 10, 0])
    const unchanged = assertAnswer(await send('PATCH', '/control', { json: {} }), 200)
    deepEqual(unchanged, lowered)
    const back = assertAnswer(await send('PATCH', '/control', { json: { capacity: null } }), 200)
    deepEqual([back['capacity'], back['override']], [10, null])
  },

  'pauses and resumes the fleet': async (setup) => {
    const { send } = await setup({ isStarted: true })
    const paused = assertAnswer(await send('PATCH', '/control', { json: { paused: true } }), 200)
    equal(paused['paused'], true)
    deepEqual(paused['gates'], [{ id: '*', scope: '*', reason: 'paused', code: 'paused', opensInMs: null }])
    const resumed = assertAnswer(await send('PATCH', '/control', { json: { paused: false } }), 200)
    deepEqual([resumed['paused'], resumed['gates']], [false, []])
  },

  'opens a gate by hand, and knows no gate that is not closed': async (setup) => {
    const { send } = await setup({ isStarted: true })
    assertAnswer(await send('PATCH', '/control', { json: { paused: true } }), 200)
    const opened = assertAnswer(await send('DELETE', `/control/gates/${encodeURIComponent('*')}`), 200)
    deepEqual(opened['gates'], [])
    for (const id of ['*', 'provider:lab', `script:lab:${'s'.repeat(200)}`, 'from:+12025550199', 'a/b', 'ü']) {
      assertProblem(await send('DELETE', `/control/gates/${encodeURIComponent(id)}`), 404, 'GATE_NOT_FOUND')
    }
  },

  'refuses what is no cap, no pause, or no key of it': async (setup) => {
    const { send } = await setup()
    for (const capacity of [-1, 1.5, '5', true, 100_001]) assertInvalid(await send('PATCH', '/control', { json: { capacity } }), 'capacity')
    assertInvalid(await send('PATCH', '/control', { json: { paused: 'yes', cap: 5 } }), 'paused', 'cap')
  },
})
