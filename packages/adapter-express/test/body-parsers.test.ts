import { CallOrchestrator, HttpProvider, signWebhook } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import express, { type RequestHandler } from 'express'
import express4 from 'express4'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ebraExpress } from '../src/index.ts'
import { listen } from './mount-express.ts'

const secret = `whsec_${Buffer.from('a secret of some body parsers 32').toString('base64')}`
const event = '{ "callId" : "x", "status" : "COMPLETED" }'

const keepRawBody = express.json({
  verify(request, _response, bytes) {
    Object.assign(request, { rawBody: bytes })
  },
})

describe.each<[string, () => express.Express]>([
  ['Express 5', express],
  ['Express 4', () => express4() as unknown as express.Express],
])('below a body parser, in %s,', (_release, createApp) => {
  test.each<[string, RequestHandler]>([
    ['express.json()', express.json()],
    ['express.json() of any type', express.json({ type: () => true })],
    ['express.text()', express.text({ type: () => true })],
  ])('a webhook that %s has read is a configuration error that says which line to move, never a 401', async (_name, parser) => {
    const { post, errors } = await setup(parser)

    const answer = await post('/callbacks/call-status', event, signed(event))

    expect(answer.status).toBe(500)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toEqual({
      type: 'urn:ebra:problem:configuration-invalid',
      title: 'The host is not set up correctly',
      status: 500,
      detail:
        "A body parser read this request before ebraExpress did, so the bytes that its signature was made of are gone. Move the line app.use('/voice', ebraExpress(…)) above app.use(express.json()), or keep the bytes: express.json({ verify: (request, _response, bytes) => { request.rawBody = bytes } }).",
      code: 'CONFIGURATION_INVALID',
    })
    expect(errors).toEqual([expect.objectContaining({ code: 'CONFIGURATION_INVALID' })])
  })

  test.each<[string, RequestHandler]>([
    ['as request.rawBody', keepRawBody],
    ['as a Buffer, by express.raw()', express.raw({ type: () => true })],
    ['unread, since their type is another', express.json({ type: 'application/vnd.api+json' })],
  ])('a webhook whose bytes are kept %s is verified', async (_name, parser) => {
    const { post, errors } = await setup(parser)

    expect((await post('/callbacks/call-status', event, signed(event))).status).toBe(200)
    expect((await post('/callbacks/call-status', `${event} `, signed(event))).status).toBe(401)
    expect((await post('/callbacks/call-status', '', signed(''))).status).toBe(400)
    expect(errors).toEqual([])
  })

  test.each<[string, RequestHandler]>([
    ['express.json()', express.json()],
    ['express.json() that keeps the bytes', keepRawBody],
    ['express.raw()', express.raw({ type: () => true })],
  ])('the other routes take what %s left', async (_name, parser) => {
    const { post, origin } = await setup(parser)

    const created = await post('/calls', JSON.stringify({ to: '+12025550123', scriptId: 'welcome' }))
    const { id } = (await created.json()) as { readonly id: string }
    expect(created.status).toBe(201)
    expect((await post('/calls', JSON.stringify({ to: 'nobody', colour: 'red' }))).status).toBe(422)
    expect((await post('/calls', JSON.stringify({ to: ' '.repeat(66_000) }))).status).toBe(413)
    const patched = await fetch(`${origin}/voice/calls/${id}`, {
      method: 'PATCH',
      body: '{"priority":3}',
      headers: { 'content-type': 'application/json' },
    })
    expect(await patched.json()).toMatchObject({ id, priority: 3 })
    expect((await fetch(`${origin}/voice/calls/${id}/cancel`, { method: 'POST' })).status).toBe(200)
  })

  test('a body that is kept counts against the limit', async () => {
    const { post } = await setup(express.raw({ type: () => true, limit: '20mb' }), { webhookBodyLimit: 1_000 })

    const large = JSON.stringify({ callId: 'x', status: 'COMPLETED', transcript: 'la '.repeat(1_000) })
    expect((await post('/callbacks/call-status', large, signed(large))).status).toBe(413)
  })

  async function setup(parser: RequestHandler, options: { readonly webhookBodyLimit?: number } = {}) {
    const provider = new HttpProvider({ baseUrl: 'http://platform.invalid', webhookSecrets: [secret] })
    const orchestrator = new CallOrchestrator({ store: new SqliteStore({ file: ':memory:' }), provider, concurrency: 1 })
    onTestFinished(() => orchestrator.stop())
    const errors: Error[] = []
    orchestrator.on('error', ({ error }) => void errors.push(error))
    const app = createApp()
    app.use(parser)
    app.use('/voice', ebraExpress(orchestrator, { authorize: false, ...options }))
    const { origin, close } = await listen(app)
    onTestFinished(close)
    const post = (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${origin}/voice${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
    return { post, errors, origin }
  }
})

function signed(body: string): Readonly<Record<string, string>> {
  return { ...signWebhook({ id: 'msg-1', at: new Date(), rawBody: body }, [secret]) }
}
