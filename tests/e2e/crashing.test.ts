import { describe, expect, it } from 'vitest'
import { freePort } from './free-port.ts'
import { type ReferenceServer, startServer } from './reference-server.ts'
import { createSetting, databaseKinds } from './setting.ts'
import { until } from './until.ts'

const calls = 80

describe.each(databaseKinds)('a server with %s that is killed while it dials', (database) => {
  it('goes on where it was, time after time: every call ends, no attempt rings twice, the cap holds', { timeout: 90_000 }, async () => {
    await using setting = await createSetting(database, { ringMs: [5, 30], durationMs: [20, 120], webhooks: { twice: 0.2, early: 0.2 } })
    const { folder: cwd, platform } = setting
    // Webhooks of calls that outlive a server come to the next one.
    const PORT = String(await freePort())
    const environment = { ...setting.environment, PORT, GLOBAL_CONCURRENCY: '8', STALE_INPROG_SECONDS: '3', MAX_ATTEMPTS: '10' }
    const start = () => startServer('main', { cwd, environment })
    let server: ReferenceServer = await start()
    await server.client.enqueueMany(calls)
    for (const posts of [10, 25, 40]) {
      await until(async () => (await platform.summary()).posts >= posts)
      await server.end('SIGKILL')
      server = await start()
    }
    await using last = server

    const ended = await last.client.whenEnded(calls)
    expect(ended).toMatchObject({ COMPLETED: calls, PENDING: 0, IN_PROGRESS: 0 })
    expect(await platform.doubleRings()).toEqual([])
    expect(await platform.overlappingCalls()).toEqual([])
    expect(await platform.maxLive()).toBeLessThanOrEqual(8)
  })
})

describe('a worker that is killed while it dials', () => {
  it('leaves its calls to the others, and its slots until their end is known', { timeout: 90_000 }, async () => {
    await using setting = await createSetting('Postgres', {
      ringMs: [5, 30],
      durationMs: [20, 120],
      faults: { ringThenHang: 0.05, hang: 0.05 },
    })
    const { folder: cwd, platform } = setting
    const environment = { ...setting.environment, GLOBAL_CONCURRENCY: '8', STALE_INPROG_SECONDS: '3', MAX_ATTEMPTS: '10' }
    await using api = await startServer('api', { cwd, environment })
    const startWorker = () => startServer('worker', { cwd, environment: { ...environment, PUBLIC_BASE_URL: api.url } })
    const [first, other] = await Promise.all([startWorker(), startWorker()])
    await using second = other
    await api.client.enqueueMany(calls)
    await until(async () => (await platform.summary()).posts >= 15)
    await first.end('SIGKILL')

    expect(await api.client.whenEnded(calls)).toMatchObject({ COMPLETED: calls, PENDING: 0, IN_PROGRESS: 0 })
    expect(await platform.doubleRings()).toEqual([])
    expect(await platform.overlappingCalls()).toEqual([])
    expect(await platform.maxLive()).toBeLessThanOrEqual(8)
    expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null })
  })
})
