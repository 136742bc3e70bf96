import { createServer } from 'node:http'
import { CallOrchestrator, SimulatedProvider } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import express, { type NextFunction, type Request, type Response } from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { ebraExpress } from '../src/index.ts'
import { listen } from './mount-express.ts'

test('authorize sees what earlier middleware put on the request', async () => {
  interface SignedIn extends Request {
    readonly user: { readonly company: string }
  }
  const app = express()
  app.use((request, _response, next) => {
    Object.assign(request, { user: { company: 'acme' } })
    next()
  })
  app.use('/voice', ebraExpress(anOrchestrator(), { authorize: (request: SignedIn) => ({ tenant: request.user.company }) }))
  const origin = await served(app)

  expect(await (await enqueue(`${origin}/voice`)).json()).toMatchObject({ tenant: 'acme' })
})

test('authorize without a type of its own sees a request of Express', async () => {
  const app = express()
  app.use('/voice', ebraExpress(anOrchestrator(), { authorize: (request) => request.get('x-key') === 'right' }))
  const origin = await served(app)

  expect((await fetch(`${origin}/voice/calls`)).status).toBe(403)
  expect((await fetch(`${origin}/voice/calls`, { headers: { 'x-key': 'right' } })).status).toBe(200)
})

test('routers within routers are part of the address', async () => {
  const inner = express.Router().use('/voice', ebraExpress(anOrchestrator(), { authorize: false }))
  const app = express().use('/api/:team', inner)
  const origin = await served(app)

  const answer = await enqueue(`${origin}/api/blue/voice`)
  const { id } = (await answer.json()) as { readonly id: string }
  expect(answer.headers.get('location')).toBe(`/api/blue/voice/calls/${id}`)
  expect((await fetch(`${origin}${answer.headers.get('location')}`)).status).toBe(200)
})

test('headers that earlier middleware set stay, and its answer to OPTIONS comes first', async () => {
  const app = express()
  app.use((request: Request, response: Response, next: NextFunction) => {
    response.setHeader('access-control-allow-origin', 'https://app.example.com')
    if (request.method === 'OPTIONS') response.sendStatus(204)
    else next()
  })
  app.use(ebraExpress(anOrchestrator(), { authorize: false }))
  const origin = await served(app)

  expect((await fetch(`${origin}/calls`, { method: 'OPTIONS' })).status).toBe(204)
  expect((await fetch(`${origin}/calls`)).headers.get('access-control-allow-origin')).toBe('https://app.example.com')
})

test('a path that is not ours reaches the middleware behind, and the error handler hears nothing', async () => {
  const app = express()
  app.use('/voice', ebraExpress(anOrchestrator(), { authorize: false }))
  app.use((_request: Request, response: Response) => void response.status(404).send('the host’s own 404'))
  const origin = await served(app)

  expect(await (await fetch(`${origin}/voice/calls/1/2/3`)).text()).toBe('the host’s own 404')
  expect(await (await fetch(`${origin}/voice/CALLS`)).text()).toBe('the host’s own 404')
})

test('two mounts of one orchestrator serve different parts', async () => {
  const orchestrator = anOrchestrator()
  const app = express()
  app.use('/public', ebraExpress(orchestrator, { routes: ['webhooks', 'health'] }))
  app.use('/internal', ebraExpress(orchestrator, { authorize: false, routes: ['calls', 'metrics', 'control'] }))
  const origin = await served(app)

  expect((await fetch(`${origin}/public/health`)).status).toBe(200)
  expect((await fetch(`${origin}/public/calls`)).status).toBe(404)
  expect((await fetch(`${origin}/internal/calls`)).status).toBe(200)
})

test('a server without Express is served all the same', async () => {
  const handle = ebraExpress(anOrchestrator(), { authorize: false })
  const server = createServer((request, response) => handle(request, response, () => response.writeHead(404).end('nothing')))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`

  expect((await enqueue(origin)).headers.get('location')).toMatch(/^\/calls\//)
  expect(await (await fetch(`${origin}/other`)).text()).toBe('nothing')
})

test('a mount that needs authorize and has none throws at once', () => {
  const orchestrator = anOrchestrator()

  expect(() => ebraExpress(orchestrator, {})).toThrow(
    'ebraExpress: authorize must be a function that says who may use /calls, or false, which lets everybody do everything.',
  )
  expect(() => ebraExpress(orchestrator, { authorise: false } as object)).toThrow(
    'ebraExpress: unknown option "authorise". Did you mean "authorize"?',
  )
})

function anOrchestrator(): CallOrchestrator {
  const orchestrator = new CallOrchestrator({
    store: new SqliteStore({ file: ':memory:' }),
    provider: new SimulatedProvider(),
    concurrency: 1,
  })
  onTestFinished(() => orchestrator.stop())
  return orchestrator
}

async function served(app: express.Express): Promise<string> {
  const { origin, close } = await listen(app)
  onTestFinished(close)
  return origin
}

function enqueue(baseUrl: string): ReturnType<typeof fetch> {
  return fetch(`${baseUrl}/calls`, { method: 'POST', body: JSON.stringify({ to: '+12025550123', scriptId: 'welcome' }) })
}
