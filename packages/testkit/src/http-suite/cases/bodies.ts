import { equal, ok } from 'node:assert/strict'
import { connect } from 'node:net'
import { aBody, enqueued } from '../calls.ts'
import { assertAnswer, assertInvalid, assertProblem, eventually } from '../expectations.ts'
import { httpCases } from '../http-case.ts'

const limit = 65_536

/** Bodies that are too large, cannot be read, or are meant to do harm. */
export const bodies = httpCases('bodies', {
  'are refused beyond 64 kB, told or counted': async (setup) => {
    const { send } = await setup()
    const json = JSON.stringify(aBody())
    const padded = json + ' '.repeat(limit - json.length)
    assertAnswer(await send('POST', '/calls', { body: padded }), 201)
    assertAnswer(await send('POST', '/calls', { body: chunked(padded) }), 201)
    assertProblem(await send('POST', '/calls', { body: `${padded} ` }), 413, 'BODY_TOO_LARGE')
    assertProblem(await send('POST', '/calls', { body: chunked(`${padded} `) }), 413, 'BODY_TOO_LARGE')
    const { id } = assertAnswer(await send('POST', '/calls', { json: aBody() }), 201)
    for (const path of [`/calls/${id}/cancel`, `/calls/${id}/retry`, `/attempts/${id}.1/resolve`]) {
      assertProblem(await send('POST', path, { body: chunked(`${padded} `) }), 413, 'BODY_TOO_LARGE')
    }
    assertProblem(await send('PATCH', '/control', { body: `${padded} ` }), 413, 'BODY_TOO_LARGE')
  },

  'of a batch may have 8 MB': async (setup) => {
    const { send } = await setup()
    const json = JSON.stringify({ calls: [aBody()] })
    const padded = json + ' '.repeat(8_388_608 - json.length)
    assertAnswer(await send('POST', '/calls/batch', { body: padded }), 201)
    assertProblem(await send('POST', '/calls/batch', { body: `${padded} ` }), 413, 'BODY_TOO_LARGE')
    assertProblem(await send('POST', '/calls/batch', { body: chunked(`${padded} `) }), 413, 'BODY_TOO_LARGE')
  },

  'that never end are refused where the limit is': async (setup) => {
    const { send } = await setup()
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 16_384
        if (sent > 64 * 1_048_576) return controller.close()
        controller.enqueue(new Uint8Array(16_384).fill(32))
      },
    })
    const answer = await send('POST', '/calls', { body: endless }).catch(() => null)
    if (answer !== null) assertProblem(answer, 413, 'BODY_TOO_LARGE')
    assertAnswer(await send('GET', '/health'), 200)
  },

  'that are no JSON are told apart from those that are wrong': async (setup) => {
    const { send } = await setup()
    const unreadable = [
      '',
      ' ',
      '{',
      '{"to":}',
      "{'to':1}",
      '{"to":1}x',
      'undefined',
      '{"a":1,}',
      '\u0000',
      '[1',
      '{"a":NaN}',
      '"\ud800"'.slice(0, 2),
    ]
    for (const body of unreadable) {
      assertProblem(await send('POST', '/calls', { body, headers: { 'content-type': 'application/json' } }), 400, 'BODY_UNREADABLE')
    }
    for (const body of ['null', '1', '"text"', '[]', 'true']) assertInvalid(await send('POST', '/calls', { body }), '')
    assertProblem(await send('POST', '/calls'), 400, 'BODY_UNREADABLE')
  },

  'that are no UTF-8 cannot be read': async (setup) => {
    const { send } = await setup()
    const text = new TextEncoder().encode(JSON.stringify(aBody({ metadata: { name: '?' } })))
    const broken = text.map((byte) => (byte === 0x3f ? 0xff : byte))
    assertProblem(await send('POST', '/calls', { body: broken }), 400, 'BODY_UNREADABLE')
    const overlong = Uint8Array.of(0x22, 0xc0, 0x80, 0x22)
    assertProblem(await send('POST', '/calls', { body: overlong }), 400, 'BODY_UNREADABLE')
  },

  'do no harm, however strange they are': async (setup) => {
    const { send } = await setup()
    const nest = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`
    const hostile = [
      nest('[', ']', 30_000),
      nest('{"a":', '}', 10_000),
      `{"to":"+12025550123","scriptId":"a","metadata":${nest('{"a":', '}', 5_000)}}`,
      `{"to":"+12025550123","scriptId":"a","metadata":${nest('[', ']', 33)}}`,
      '{"to":"+12025550123","scriptId":"a","priority":1e400}',
      '{"to":"+12025550123","scriptId":"a","metadata":{"n":1e400}}',
      '{"to":"+12025550123","scriptId":"a","metadata":{"s":"\\u0000"}}',
      '{"to":"+12025550123","scriptId":"a","metadata":{"s":"\\ud800"}}',
      '{"to":"+12025550123","scriptId":"\\ud800"}',
      '{"to":"+12025550123\\u0000","scriptId":"a"}',
      '{"to":"+12025550123","scriptId":"a","metadata":{"__proto__":{"x":1}}}',
      '{"to":"+12025550123","scriptId":"a","constructor":{"prototype":{}}}',
      '{"to":["+12025550123"],"scriptId":{"toString":"x"}}',
      `{"to":"+12025550123","scriptId":"a","metadata":{"big":"${'x'.repeat(17_000)}"}}`,
      `{"to":"${'1'.repeat(60_000)}","scriptId":"a"}`,
      '{"to":"+1 202 555 0123","scriptId":"a"}',
      '{"to":"+00000000","scriptId":"a"}',
      '{"to":"+12025550123","scriptId":"a","scheduledAt":"+275760-09-13T00:00:00.001Z"}',
      '{"to":"+12025550123","scriptId":"a","idempotencyKey":"\\n"}',
    ]
    for (const body of hostile) {
      const answer = await send('POST', '/calls', { body, headers: { 'content-type': 'application/json' } })
      assertProblem(answer, 422, 'VALIDATION_FAILED')
    }
    const batch = `{"calls":[${'[],'.repeat(200_000)}[]]}`
    assertInvalid(await send('POST', '/calls/batch', { body: batch }), 'calls')
    assertProblem(await send('POST', '/calls/batch', { body: `{"calls":${nest('[', ']', 2_000_000)}}` }), 422, 'VALIDATION_FAILED')
    equal(assertAnswer(await send('GET', '/calls'), 200)['total'], 0)
  },

  'whose clients go away leave the server as it was': async (setup) => {
    const scene = await setup()
    const { hostname, port } = new URL(scene.origin)
    for (const path of ['/calls', '/calls/batch', '/callbacks/lab']) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.write(
        `POST ${scene.prefix}${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"to":`,
      )
      await eventually('The request’s bytes', async () => (!socket.connecting && socket.bytesWritten > 0 ? true : null))
      socket.destroy()
    }
    await enqueued(scene)
    equal(scene.events.filter(({ type }) => type === 'error').length, 0)
    ok((await scene.send('GET', '/health')).status === 200)
  },
})

/** The text as a body of unknown length. */
function chunked(text: string): ReadableStream {
  return new Blob([text]).stream()
}
