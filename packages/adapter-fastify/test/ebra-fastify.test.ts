import { CallOrchestrator, SimulatedProvider } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, type FastifyRequest, type FastifyServerOptions } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { type EbraFastifyOptions, ebraFastify } from '../src/index.ts'

const call = { to: '+12025550123', scriptId: 'welcome' }

test('the host’s own routes keep their body parsers, limits and validators', async () => {
  const app = await anApp()
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, { csv: body }))
  app.post('/echo', { schema: { body: { type: 'object', required: ['name'] } } }, async ({ body }) => body)
  await mount(app)
  app.post('/late', async ({ body }) => body)

  expect((await app.inject({ method: 'POST', url: '/echo', payload: { name: 'Ada' } })).json()).toEqual({ name: 'Ada' })
  expect((await app.inject({ method: 'POST', url: '/echo', payload: {} })).statusCode).toBe(400)
  expect((await app.inject({ method: 'POST', url: '/late', payload: 'a,b', headers: { 'content-type': 'text/csv' } })).json()).toEqual({
    csv: 'a,b',
  })
  expect((await app.inject({ method: 'POST', url: '/late', payload: 'x', headers: { 'content-type': 'image/png' } })).statusCode).toBe(415)
})

test('the host’s parsers, limits, validators and error handler do not reach ours', async () => {
  const app = await anApp({ bodyLimit: 10 })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', (_request, _payload, done) => done(new Error('not for you')))
  app.setValidatorCompiler(() => () => ({ error: new Error('not for you') }))
  app.setSerializerCompiler(() => () => 'not for you')
  app.setErrorHandler(async () => 'not for you')
  await mount(app)

  const created = await app.inject({ method: 'POST', url: '/voice/calls', payload: call })
  expect([created.statusCode, created.json().to]).toEqual([201, call.to])
  const refused = await app.inject({ method: 'POST', url: '/voice/calls', payload: { to: 1 } })
  expect([refused.statusCode, refused.json().code]).toEqual([422, 'VALIDATION_FAILED'])
})

test('the host’s hooks guard our routes too, and answer in its words', async () => {
  const app = await anApp()
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers['x-key'] !== 'right') return reply.code(418).send('the host says no')
  })
  await mount(app)

  expect((await app.inject('/voice/calls')).body).toBe('the host says no')
  expect((await app.inject({ url: '/voice/calls', headers: { 'x-key': 'right' } })).statusCode).toBe(200)
})

test('a path that is not ours gets the host’s own 404, within the prefix and without', async () => {
  const app = await anApp()
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send('the host’s own 404'))
  await mount(app)

  for (const url of ['/voice/calls/1/2/3', '/voice/callbacks/a/b/c', '/voice/nothing', '/nothing', '/voice/calls/']) {
    expect((await app.inject(url)).body, url).toBe('the host’s own 404')
  }
})

test('a host that ignores slashes at the end does so for its own paths only', async () => {
  const app = await anApp({ routerOptions: { ignoreTrailingSlash: true } })
  app.get('/own', async () => 'own')
  await mount(app)

  expect((await app.inject('/own/')).body).toBe('own')
  expect((await app.inject('/voice/calls/')).statusCode).toBe(404)
  expect((await app.inject('/voice/calls')).statusCode).toBe(200)
})

test('a prefix may have parameters, which authorize sees', async () => {
  const app = await anApp()
  const authorize = ({ params }: FastifyRequest) => ({ tenant: (params as { team: string }).team })
  await mount(app, { prefix: '/:team/voice', authorize })

  const created = await app.inject({ method: 'POST', url: '/blue/voice/calls', payload: call })
  expect(created.json().tenant).toBe('blue')
  expect(created.headers['location']).toBe(`/blue/voice/calls/${created.json().id}`)
})

test('two mounts live side by side', async () => {
  const app = await anApp()
  await mount(app, { prefix: '/public', routes: ['health', 'webhooks'] })
  await mount(app, { prefix: '/internal', authorize: false })

  expect((await app.inject('/public/health')).statusCode).toBe(200)
  expect((await app.inject('/public/calls')).statusCode).toBe(404)
  expect((await app.inject('/internal/calls')).statusCode).toBe(200)
})

test('@fastify/swagger sees every route with its schemas, and none that only answers 405', async () => {
  const app = await anApp()
  await app.register(swagger, { openapi: { openapi: '3.1.0' } })
  await mount(app)
  await app.ready()

  const { paths = {} } = app.swagger() as unknown as { readonly paths?: Readonly<Record<string, Readonly<Record<string, object>>>> }
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
  expect(operations.toSorted()).toEqual([
    'delete /voice/control/gates/{gateId}',
    'get /voice/callbacks/call-status',
    'get /voice/callbacks/{provider}',
    'get /voice/callbacks/{provider}/{hook}',
    'get /voice/calls',
    'get /voice/calls/{id}',
    'get /voice/calls/{id}/attempts',
    'get /voice/calls/{id}/attempts/{number}',
    'get /voice/control',
    'get /voice/health',
    'get /voice/metrics',
    'get /voice/openapi.json',
    'patch /voice/calls/{id}',
    'patch /voice/control',
    'post /voice/attempts/{attemptId}/resolve',
    'post /voice/callbacks/call-status',
    'post /voice/callbacks/{provider}',
    'post /voice/callbacks/{provider}/{hook}',
    'post /voice/calls',
    'post /voice/calls/batch',
    'post /voice/calls/{id}/cancel',
    'post /voice/calls/{id}/retry',
  ])
  expect(paths['/voice/calls']?.['post']).toMatchObject({
    operationId: 'enqueueCall',
    requestBody: { content: { 'application/json': { schema: { required: ['to', 'scriptId'], additionalProperties: false } } } },
    responses: {
      201: { content: { 'application/json': { schema: { properties: { status: { enum: expect.arrayContaining(['PENDING']) } } } } } },
    },
  })
  expect(paths['/voice/calls']?.['get']).toMatchObject({
    parameters: expect.arrayContaining([expect.objectContaining({ name: 'status', in: 'query' })]),
  })
})

test('wrong options are refused when the plugin is registered', async () => {
  const app = await anApp()

  await expect(mount(app, { authorize: undefined })).rejects.toThrow(
    'ebraFastify: authorize must be a function that says who may use /calls',
  )
  await expect(mount(await anApp(), { authorise: false })).rejects.toThrow(
    'ebraFastify: unknown option "authorise". Did you mean "authorize"?',
  )
  await mount(await anApp(), { logLevel: 'silent' })
})

async function anApp(options: FastifyServerOptions = {}): Promise<FastifyInstance> {
  const app = Fastify(options)
  onTestFinished(() => app.close())
  return app
}

async function mount(app: FastifyInstance, differences: object = {}): Promise<void> {
  const orchestrator = new CallOrchestrator({
    store: new SqliteStore({ file: ':memory:' }),
    provider: new SimulatedProvider(),
    concurrency: 1,
  })
  onTestFinished(() => orchestrator.stop())
  const options = { prefix: '/voice', orchestrator, authorize: false, ...differences } satisfies EbraFastifyOptions & {
    readonly prefix: string
  }
  await app.register(ebraFastify, options)
}
