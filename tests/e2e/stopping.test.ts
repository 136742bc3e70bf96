import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { startServer } from './reference-server.ts'
import { createSetting, databaseKinds } from './setting.ts'
import { until } from './until.ts'

const well = { code: 0, signal: null }

describe.each(databaseKinds)('a server with %s that is told to stop', (database) => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends by itself with code 0 on %s, with nothing left open', async (signal) => {
    await using setting = await createSetting(database)
    await using server = await startServer('main', { cwd: setting.folder, environment: setting.environment })
    // A connection that a client keeps for later must not keep the server.
    await server.client.send('GET', '/health')

    expect(await server.end(signal)).toEqual(well)
    expect(messagesOf(server.lines).slice(-2)).toEqual(['Stopping. A second signal ends it at once.', 'Stopped.'])
  })

  it('dials no more while calls wait, loses none of them, and rings nobody twice when it is back', { timeout: 60_000 }, async () => {
    await using setting = await createSetting(database, { ringMs: 20, durationMs: [20, 60] })
    const { folder: cwd, platform } = setting
    const environment = { ...setting.environment, GLOBAL_CONCURRENCY: '4', STALE_INPROG_SECONDS: '2' }
    const first = await startServer('main', { cwd, environment })
    await first.client.enqueueMany(60)
    await until(async () => (await platform.summary()).posts >= 12)

    expect(await first.end('SIGTERM')).toEqual(well)
    const { posts } = await platform.summary()
    expect(posts).toBeLessThan(60)

    await using second = await startServer('main', { cwd, environment })
    expect(await second.client.whenEnded(60)).toMatchObject({ COMPLETED: 60, PENDING: 0, IN_PROGRESS: 0 })
    expect(await platform.doubleRings()).toEqual([])
    expect(await platform.overlappingCalls()).toEqual([])
    expect(await platform.maxLive()).toBeLessThanOrEqual(4)
  })
})

describe('a server that is told to stop', () => {
  it('waits for the answer to a dial request that is under way', async () => {
    await using setting = await createSetting('SQLite', { mode: 'slow', slowMs: 700 })
    const server = await startServer('main', { cwd: setting.folder, environment: setting.environment })
    const call = await server.client.enqueue({ to: '+12025550123', scriptId: 'welcome' })
    await until(async () => (await setting.platform.summary()).posts === 1)

    expect(await server.end('SIGTERM')).toEqual(well)

    await using again = await startServer('api', { cwd: setting.folder, environment: setting.environment })
    const { body } = await again.client.send<{ items: object[] }>('GET', `/calls/${call.id}/attempts`)
    expect(body.items).toMatchObject([{ status: 'LIVE', providerCallId: expect.any(String) }])
  })

  it('is not held up by a client that never finishes its request', async () => {
    await using setting = await createSetting('SQLite')
    await using server = await startServer('main', { cwd: setting.folder, environment: setting.environment })
    const client = connect(Number(new URL(server.url).port), '127.0.0.1')
    client.write('POST /calls HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{')
    await once(client, 'connect')

    const [exit] = await Promise.all([server.end('SIGTERM'), once(client.resume(), 'close')])
    expect(exit).toEqual(well)
  })

  it('ends at once at the second signal', async () => {
    await using setting = await createSetting('SQLite', { mode: 'hang' })
    await using server = await startServer('main', { cwd: setting.folder, environment: setting.environment })
    await server.client.enqueue({ to: '+12025550123', scriptId: 'welcome' })
    await until(async () => (await setting.platform.summary()).posts === 1)

    server.child.kill('SIGTERM')
    await server.line(/"msg":"Stopping\./)
    expect(await server.end('SIGTERM')).toEqual({ code: 143, signal: null })
  })
})

function messagesOf(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line).msg)
}
