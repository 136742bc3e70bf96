import { SqliteStore } from '@ebra/store-sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { type FetchHandlerOptions, toFetchHandler } from '../../src/http/index.ts'
import { CallOrchestrator, SimulatedProvider } from '../../src/index.ts'

const call = JSON.stringify({ to: '+12025550123', scriptId: 'welcome' })

test('a path that is not ours is a 404 problem: the handler is the end of the line', async () => {
  const handler = setup({ authorize: false, basePath: '/voice/' })

  for (const path of ['/', '/voice', '/voice/', '/voices/calls', '/calls', '/voice/nothing']) {
    const answer = await handler(new Request(`http://host${path}`))
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    expect(await answer.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND', detail: `Nothing here answers GET ${path}.` })
  }
  expect((await handler(new Request('http://host/voice/health'))).status).toBe(200)
})

test('a body that was read before is a configuration error, never an empty body', async () => {
  const errors: Error[] = []
  const handler = setup({ authorize: false }, errors)
  const request = new Request('http://host/calls', { method: 'POST', body: call })
  await request.text()

  const answer = await handler(request)

  expect(answer.status).toBe(500)
  expect(await answer.json()).toMatchObject({
    code: 'CONFIGURATION_INVALID',
    detail: 'toFetchHandler: the body of the request had been read before it came here. Pass the request on untouched, or a clone of it.',
  })
  expect(errors).toEqual([expect.objectContaining({ code: 'CONFIGURATION_INVALID' })])
})

test('a body that breaks off is a 400', async () => {
  const handler = setup({ authorize: false })
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"to":'))
      controller.error(new Error('reset'))
    },
  })

  const answer = await handler(new Request('http://host/calls', { method: 'POST', body, duplex: 'half' }))

  expect(await answer.json()).toMatchObject({ status: 400, code: 'BODY_UNREADABLE', detail: 'The body was cut off.' })
})

test('authorize sees the request itself', async () => {
  const seen: Request[] = []
  const handler = setup({
    authorize(request) {
      seen.push(request)
      return true
    },
  })
  const request = new Request('http://host/calls')

  await handler(request)

  expect(seen).toEqual([request])
})

test.each(['voice', '/voice?x', 'https://app.example.com/voice', '//voice', 7])('a basePath like %j is refused', (basePath) => {
  expect(() => setup({ authorize: false, basePath: basePath as string })).toThrow('toFetchHandler: basePath must be a path like "/voice".')
})

test('an option that nobody knows is refused', () => {
  expect(() => setup({ authorize: false, basepath: '/voice' } as object)).toThrow(
    'toFetchHandler: unknown option "basepath". Did you mean "basePath"?',
  )
})

function setup(options: FetchHandlerOptions, errors: Error[] = []) {
  const orchestrator = new CallOrchestrator({
    store: new SqliteStore({ file: ':memory:' }),
    provider: new SimulatedProvider(),
    concurrency: 1,
  })
  onTestFinished(() => orchestrator.stop())
  orchestrator.on('error', ({ error }) => void errors.push(error))
  return toFetchHandler(orchestrator, options)
}
