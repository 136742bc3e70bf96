import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runServer, startServer, whenReady } from './reference-server.ts'
import { createSetting } from './setting.ts'
import { severableLink } from './severable-link.ts'
import { until } from './until.ts'

const trying = /"msg":"The database does not answer\. Trying again until it does\."/
const unavailable = { status: 503, body: { code: 'STORE_UNAVAILABLE' } }

async function setup() {
  const setting = await createSetting('Postgres')
  const database = new URL(setting.environment['DATABASE_URL'] ?? '')
  const link = await severableLink(Number(database.port))
  database.port = String(link.port)
  const dispose = async () => {
    await link.cut()
    await setting[Symbol.asyncDispose]()
  }
  return { ...setting, link, environment: { ...setting.environment, DATABASE_URL: database.href }, [Symbol.asyncDispose]: dispose }
}

describe('a server whose Postgres is away', () => {
  it.each(['main', 'api'] as const)('(%s) answers 503 until it comes, and does its work from then on', async (program) => {
    await using scene = await setup()
    const { folder: cwd, environment, link } = scene
    await using server = await whenReady(runServer(program, { cwd, environment }), trying)
    expect(await server.client.send('GET', '/health')).toMatchObject(unavailable)
    const refused = await server.client.send('POST', '/calls', { to: '+12025550123', scriptId: 'welcome' })
    expect(refused).toMatchObject(unavailable)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)

    await link.join()

    await until(async () => (await server.client.send('GET', '/health')).status === 200)
    const call = await server.client.enqueue({ to: '+12025550123', scriptId: 'welcome' })
    if (program === 'main') await server.client.whenCallIs(call.id, 'COMPLETED')
  })

  it('ends well when it is told to, though it never came', async () => {
    await using scene = await setup()
    await using server = await whenReady(runServer('main', { cwd: scene.folder, environment: scene.environment }), trying)
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null })
  })

  it('survives that it goes and comes back while calls are live', { timeout: 60_000 }, async () => {
    await using scene = await setup()
    const { folder: cwd, link, platform } = scene
    await link.join()
    const environment = { ...scene.environment, GLOBAL_CONCURRENCY: '5', STALE_INPROG_SECONDS: '2', MAX_ATTEMPTS: '10' }
    await using server = await startServer('main', { cwd, environment })
    await server.client.enqueueMany(40)
    await until(async () => (await platform.summary()).posts >= 10)

    await link.cut()
    await until(async () => (await server.client.send('GET', '/health')).status === 503)
    await link.join()

    expect(await server.client.whenEnded(40)).toMatchObject({ COMPLETED: 40, PENDING: 0, IN_PROGRESS: 0 })
    expect(await platform.doubleRings()).toEqual([])
    expect(await platform.maxLive()).toBeLessThanOrEqual(5)
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null })
  })
})

describe('a server whose SQLite file would lie in a folder that is not there', () => {
  it('ends with a sentence that says so, since waiting would not mend it', async () => {
    await using setting = await createSetting('SQLite')
    const SQLITE_FILE = join(setting.folder, 'missing', 'ebra.db')
    await using server = runServer('main', { cwd: setting.folder, environment: { SQLITE_FILE } })
    expect(await server.exited).toEqual({ code: 1, signal: null })
    expect(server.lines.at(-1)).toMatch(/^Ebra cannot start: .*does not exist\. Make it, or name another file\.$/)
  })
})
