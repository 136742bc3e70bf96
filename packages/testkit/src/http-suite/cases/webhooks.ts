import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { callThat, completed, enqueued, labWebhook, live, report } from '../calls.ts'
import { assertAnswer, assertProblem, textAt } from '../expectations.ts'
import { httpCases } from '../http-case.ts'
import { labSignature } from '../lab-provider.ts'

/** `/callbacks/…`. */
export const webhooks = httpCases('/callbacks', {
  'settle a call by the first provider, by name, and by hook': async (setup) => {
    const scene = await setup({ isStarted: true })
    for (const path of ['/callbacks/call-status', '/callbacks/lab', '/callbacks/lab/status']) {
      const call = await live(scene)
      const answer = await report(scene, { providerCallId: textAt(call, 'providerCallId'), status: 'completed' }, path)
      deepEqual(assertAnswer(answer, 200), {})
      equal((await callThat(scene, textAt(call, 'id'), ({ status }) => status !== 'IN_PROGRESS'))['status'], 'COMPLETED')
    }
  },

  'settle a call by its own id alone': async (setup) => {
    const scene = await setup({ isStarted: true })
    const call = await live(scene)
    assertAnswer(await report(scene, { callId: textAt(call, 'id'), status: 'FAILED', completedAt: '2026-01-31T09:30:00.000Z' }), 200)
    await callThat(scene, textAt(call, 'id'), ({ outcome }) => outcome === 'failed')
  },

  'answer 200 to events that came before, come late, or belong to nobody': async (setup) => {
    const scene = await setup({ isStarted: true })
    const call = await completed(scene)
    const again = labWebhook({ providerCallId: textAt(call, 'providerCallId'), status: 'COMPLETED', durationSec: 12 })
    for (let times = 0; times < 2; times++) deepEqual(assertAnswer(await scene.send('POST', '/callbacks/lab', again), 200), {})
    assertAnswer(await report(scene, { providerCallId: textAt(call, 'providerCallId'), status: 'RINGING' }), 200)
    assertAnswer(await report(scene, { providerCallId: 'nobody-knows', status: 'COMPLETED' }), 200)
    const { status, parkedWebhooks } = {
      ...(await scene.send('GET', `/calls/${call['id']}`)).json,
      ...(await scene.send('GET', '/metrics')).json,
    }
    deepEqual([status, parkedWebhooks], ['COMPLETED', 1])
  },

  'check the signature over the bytes as they came, whatever their type says': async (setup) => {
    const scene = await setup()
    const body = ' {\n  "callId" : "x",\t"status":"COMPLETED", "summary": "\\u00fc ü 🎉" , "n": 1.0 }\r\n'
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/octet-stream',
      'json',
    ]) {
      const answer = await scene.send('POST', '/callbacks/lab', {
        body,
        headers: { 'content-type': type, ...labSignature(`bytes-${type}`, body) },
      })
      assertAnswer(answer, 200)
    }
    const untyped = await scene.send('POST', '/callbacks/lab', {
      body: new TextEncoder().encode(body),
      headers: labSignature('bytes', body),
    })
    assertAnswer(untyped, 200)
  },

  'hand every byte to the provider': async (setup) => {
    const { send } = await setup()
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256)
    const answer = await send('POST', '/callbacks/lab/echo', { body: bytes, headers: { 'content-type': 'application/json' } })
    equal(answer.status, 200)
    equal(answer.text, new TextDecoder().decode(bytes))
    const nothing = await send('POST', '/callbacks/lab/echo')
    deepEqual([nothing.status, nothing.text], [200, ''])
  },

  'show the provider the public address, and give the platform its own reply': async (setup) => {
    const { send } = await setup()
    for (const method of ['POST', 'GET']) {
      const answer = await send(method, '/callbacks/lab/url?attempt=a%2Fb&tag=%C3%BC&x=1&x=2')
      equal(answer.status, 200)
      equal(answer.headers.get('content-type'), 'text/xml')
      equal(answer.text, `<Response>${method} https://app.example.com/voice/callbacks/lab/url?attempt=a%2Fb&tag=%C3%BC&x=1&x=2</Response>`)
    }
  },

  'take the address from the request where the host has no public one': async (setup) => {
    const { send, origin, prefix } = await setup({ isPublic: false })
    const { text } = await send('GET', '/callbacks/lab/url?a=b')
    equal(text, `<Response>GET ${origin}${prefix}/callbacks/lab/url?a=b</Response>`)
  },

  'refuse a signature that is missing, wrong, or of other bytes': async (setup) => {
    const { send, events } = await setup()
    const { body = '', headers = {} } = labWebhook({ callId: 'x', status: 'COMPLETED' })
    const signature = headers['webhook-signature'] ?? ''
    const forged = signature.startsWith('v1,A') ? `v1,B${signature.slice(4)}` : `v1,A${signature.slice(4)}`
    const attempts = [
      { body },
      { body, headers: { ...headers, 'webhook-signature': forged } },
      { body, headers: { ...headers, 'webhook-signature': '' } },
      { body: `${body} `, headers },
      { headers },
    ]
    for (const attempt of attempts) assertProblem(await send('POST', '/callbacks/lab', attempt), 401, 'SIGNATURE_INVALID')
    assertProblem(await send('GET', '/callbacks/lab'), 401, 'SIGNATURE_INVALID')
    equal(events.filter(({ type }) => type === 'webhook.rejected').length, attempts.length + 1)
    equal(events.filter(({ type }) => type === 'error').length, 0)
  },

  'refuse what is signed and cannot be read': async (setup) => {
    const { send } = await setup()
    for (const body of ['', '{', 'status=COMPLETED', '[]', '"text"', 'null', '\u0000', '['.repeat(20_000)]) {
      const answer = await send('POST', '/callbacks/lab', { body, headers: labSignature('unreadable', body) })
      assertProblem(answer, 400, 'BODY_UNREADABLE')
    }
  },

  'know no provider by another name': async (setup) => {
    const { send } = await setup()
    for (const name of ['nobody', 'LAB', 'lab%20', '__proto__', 'constructor', 'call-status/lab', `${'x'.repeat(300)}`]) {
      assertProblem(await send('POST', `/callbacks/${name}`, labWebhook({ callId: 'x', status: 'COMPLETED' })), 404, 'PROVIDER_UNKNOWN')
    }
  },

  'never ask who sends them': async (setup) => {
    const scene = await setup({ authorize: () => 'unauthenticated' })
    assertAnswer(await report(scene, { callId: 'x', status: 'COMPLETED' }), 200)
  },

  'ignore keys that they do not know, in the query and in the body': async (setup) => {
    const scene = await setup({ isStarted: true })
    const call = await live(scene)
    const event = { providerCallId: textAt(call, 'providerCallId'), status: 'COMPLETED', colour: 'red', __proto__x: {} }
    assertAnswer(await report(scene, event, '/callbacks/lab?colour=red&colour=blue'), 200)
    await callThat(scene, textAt(call, 'id'), ({ status }) => status === 'COMPLETED')
  },

  'take transcripts far beyond the limit of other bodies': async (setup) => {
    const scene = await setup({ isStarted: true })
    const call = await live(scene)
    const event = { providerCallId: textAt(call, 'providerCallId'), status: 'COMPLETED', transcript: 'la '.repeat(1_000_000) }
    assertAnswer(await report(scene, event), 200)
    await callThat(scene, textAt(call, 'id'), ({ status }) => status === 'COMPLETED')
  },

  'refuse more bytes than the mount takes, told or counted': async (setup) => {
    const { send } = await setup({ webhookBodyLimit: 2_000 })
    const body = 'x'.repeat(2_001)
    assertProblem(await send('POST', '/callbacks/lab/echo', { body }), 413, 'BODY_TOO_LARGE')
    assertProblem(await send('POST', '/callbacks/lab/echo', { body: inChunks(body, 500) }), 413, 'BODY_TOO_LARGE')
    const whole = await send('POST', '/callbacks/lab/echo', { body: inChunks(body.slice(1), 500) })
    deepEqual([whole.status, whole.text.length], [200, 2_000])
  },

  'keep what was said of a call before its attempt could be known': async (setup) => {
    const scene = await setup()
    const call = await enqueued(scene)
    assertAnswer(await report(scene, { attemptId: `${call['id']}.1`, status: 'COMPLETED' }), 200)
    const { parkedWebhooks } = assertAnswer(await scene.send('GET', '/metrics'), 200)
    ok(parkedWebhooks === 1)
    match(String((await scene.send('GET', `/calls/${call['id']}`)).json['status']), /^PENDING$/)
  },
})

/** The text as a body of unknown length. */
function inChunks(text: string, size: number): ReadableStream {
  const bytes = new TextEncoder().encode(text)
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      if (sent >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(sent, sent + size))
      sent += size
    },
  })
}
