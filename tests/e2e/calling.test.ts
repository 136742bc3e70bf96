import { describe, expect, it } from 'vitest'
import { Client } from './client.ts'
import { runProgram } from './program.ts'
import { startServer, whenReady } from './reference-server.ts'
import { scratchFolder } from './scratch-folder.ts'
import { createSetting, databaseKinds } from './setting.ts'

const combinations = databaseKinds.flatMap((database) => (['express', 'fastify'] as const).map((adapter) => ({ database, adapter })))

describe.each(combinations)('a server with $database and $adapter', ({ database, adapter }) => {
  async function setup() {
    const setting = await createSetting(database, { magicNumbers: true })
    const environment = { ...setting.environment, HTTP_ADAPTER: adapter, GLOBAL_CONCURRENCY: '10' }
    const server = await startServer('main', { cwd: setting.folder, environment })
    const dispose = async () => {
      await server[Symbol.asyncDispose]()
      await setting[Symbol.asyncDispose]()
    }
    return { client: server.client, platform: setting.platform, [Symbol.asyncDispose]: dispose }
  }

  it('dials what is enqueued, hears of its end by a signed webhook, and tries again what was busy until no attempt is left', async () => {
    await using scene = await setup()
    const { client, platform } = scene
    const answered = await client.enqueue({ to: '+12025550123', scriptId: 'welcome', metadata: { customerId: 7 } })
    const busy = await client.enqueue({ to: '+12025550002', scriptId: 'welcome' })

    expect(await client.whenCallIs(answered.id, 'COMPLETED')).toMatchObject({
      outcome: 'completed',
      attempts: 1,
      metadata: { customerId: 7 },
    })
    expect(await client.whenCallIs(busy.id, 'FAILED')).toMatchObject({ outcome: 'busy', attempts: 3 })
    expect(await platform.doubleRings()).toEqual([])
    const { body: attempts } = await client.send<{ items: object[] }>('GET', `/calls/${busy.id}/attempts`)
    expect(attempts.items).toMatchObject([1, 2, 3].map((number) => ({ number, status: 'ENDED', outcome: 'busy' })))
    const { body: metrics } = await client.send('GET', '/metrics')
    expect(metrics).toMatchObject({ calls: { PENDING: 0, IN_PROGRESS: 0, COMPLETED: 1, FAILED: 1 }, slots: { used: 0, capacity: 10 } })
  })

  it('changes and cancels a call that waits, and no other', async () => {
    await using scene = await setup()
    const { client } = scene
    const later = await client.enqueue({ to: '+12025550124', scriptId: 'welcome', scheduledAt: '2199-01-01T00:00:00Z' })
    const now = await client.enqueue({ to: '+12025550125', scriptId: 'welcome' })
    await client.whenCallIs(now.id, 'COMPLETED')

    expect(await client.send('PATCH', `/calls/${later.id}`, { to: '+12025550126' })).toMatchObject({
      status: 200,
      body: { to: '+12025550126' },
    })
    expect(await client.send('PATCH', `/calls/${now.id}`, { priority: 5 })).toMatchObject({
      status: 409,
      body: { code: 'CALL_NOT_PENDING' },
    })
    expect(await client.send('POST', `/calls/${later.id}/cancel`)).toMatchObject({ status: 200, body: { status: 'CANCELED' } })
    expect(await client.send('GET', '/calls?status=CANCELED')).toMatchObject({ status: 200, body: { total: 1, items: [{ id: later.id }] } })
  })

  it('answers what is nobody’s, and what is wrong, with problem details', async () => {
    await using scene = await setup()
    const { client } = scene
    const problem = (status: number, code: string) => ({ status, body: { status, code } })
    expect(await client.send('GET', '/nothing')).toMatchObject(problem(404, 'ROUTE_NOT_FOUND'))
    expect(await client.send('POST', '/nothing', 'no object')).toMatchObject(problem(404, 'ROUTE_NOT_FOUND'))
    expect(await client.send('GET', '/%zz')).toMatchObject(problem(404, 'ROUTE_NOT_FOUND'))
    expect(await client.send('DELETE', '/calls')).toMatchObject(problem(405, 'METHOD_NOT_ALLOWED'))
    expect(await client.send('POST', '/calls', { to: '12', scriptId: '' })).toMatchObject(problem(422, 'VALIDATION_FAILED'))
    expect(await client.send('POST', '/callbacks/call-status', { callId: 'x', status: 'COMPLETED' })).toMatchObject(
      problem(401, 'SIGNATURE_INVALID'),
    )
  })
})

describe('a server without a webhook secret', () => {
  it('believes what anybody says of a call, in the simplest form, and warns of it', async () => {
    await using setting = await createSetting('SQLite', { durationMs: 60_000, webhooks: { never: 1 } })
    const environment = { ...setting.environment, WEBHOOK_SECRET: '' }
    await using server = await startServer('main', { cwd: setting.folder, environment })
    expect(await server.line(/"msg":"Webhooks of this provider are believed unsigned\."/)).toContain('"level":40')
    const call = await server.client.enqueue({ to: '+12025550123', scriptId: 'welcome' })
    await server.client.whenCallIs(call.id, 'IN_PROGRESS')

    const webhook = { callId: call.id, status: 'COMPLETED', durationSec: 42, completedAt: new Date().toISOString() }
    expect(await server.client.send('POST', '/callbacks/call-status', webhook)).toMatchObject({ status: 200, body: {} })

    expect(await server.client.send('GET', `/calls/${call.id}`)).toMatchObject({ body: { status: 'COMPLETED', durationSec: 42 } })
    expect(await server.client.send('POST', '/callbacks/call-status', webhook)).toMatchObject({ status: 200 })
    expect(await server.client.send('POST', '/callbacks/call-status', { status: 7 })).toMatchObject({ status: 400 })
    expect(await server.client.send('POST', '/callbacks/other', webhook)).toMatchObject({ status: 404, body: { code: 'PROVIDER_UNKNOWN' } })
  })
})

describe('a server with an API key', () => {
  it('lets in whoever bears it', async () => {
    await using setting = await createSetting('SQLite')
    await using server = await startServer('main', { cwd: setting.folder, environment: { ...setting.environment, API_KEY: 'right' } })
    expect(await server.client.send('GET', '/calls')).toMatchObject({ status: 200 })
    expect(await new Client(server.url, { authorization: 'bearer right' }).send('GET', '/calls')).toMatchObject({ status: 200 })
    for (const authorization of ['Bearer wrong', 'Bearer', 'right', 'Basic right', 'Bearer right right']) {
      const refused = await new Client(server.url, { authorization }).send('GET', '/calls')
      expect(refused).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
      expect(refused.headers.get('www-authenticate')).toBe('Bearer')
    }
    expect(await new Client(server.url).send('GET', '/health')).toMatchObject({ status: 200 })
  })
})

describe('a server that nobody configured', () => {
  it.each(['src/main.ts', 'dist/main.js'])('(%s) prints an address and a line that works', async (file) => {
    await using folder = await scratchFolder()
    const program = runProgram(`examples/reference-server/${file}`, { cwd: folder.path, environment: { PORT: '0' } })
    await using server = await whenReady(program, /"msg":"Dialing\."/)
    const curl = await server.line(/^ {2}curl /)
    const [, url = '', body = ''] = /^ {2}curl -X POST (\S+) -H 'content-type: application\/json' -d '(.*)'$/.exec(curl) ?? []
    const call = await server.client.enqueue(JSON.parse(body))
    expect(url).toBe(`${server.url}/calls`)
    expect(await server.client.whenCallIs(call.id, 'COMPLETED')).toMatchObject({ outcome: 'completed' })
  })
})
