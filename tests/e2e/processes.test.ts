import { describe, expect, it } from 'vitest'
import { startServer } from './reference-server.ts'
import { createSetting, databaseKinds } from './setting.ts'

describe.each(databaseKinds)('an API and workers on one %s', (database) => {
  it('share the calls: the API takes them and their webhooks, the workers dial', { timeout: 60_000 }, async () => {
    await using setting = await createSetting(database)
    const { folder: cwd, environment, platform } = setting
    await using api = await startServer('api', { cwd, environment })
    await api.client.enqueueMany(40)
    expect(await platform.summary()).toMatchObject({ posts: 0 })

    const workerEnvironment = { ...environment, PUBLIC_BASE_URL: api.url, GLOBAL_CONCURRENCY: '5' }
    await using worker = await startServer('worker', { cwd, environment: workerEnvironment })
    await using other = await startServer('worker', { cwd, environment: workerEnvironment })

    expect(await api.client.whenEnded(40)).toMatchObject({ COMPLETED: 40, PENDING: 0, IN_PROGRESS: 0 })
    expect(await platform.doubleRings()).toEqual([])
    expect(await platform.maxLive()).toBeLessThanOrEqual(5)
    expect([worker.url, other.url]).toEqual(['', ''])
  })

  it('can be started before one another: an API alone keeps what it takes', async () => {
    await using setting = await createSetting(database)
    const { folder: cwd, environment } = setting
    const api = await startServer('api', { cwd, environment })
    await api.client.enqueueMany(3)
    expect(await api.end('SIGTERM')).toEqual({ code: 0, signal: null })

    await using server = await startServer('main', { cwd, environment })
    expect(await server.client.whenEnded(3)).toMatchObject({ COMPLETED: 3 })
  })
})

describe('a worker', () => {
  it('wants to know where webhooks go that it cannot take', async () => {
    await using setting = await createSetting('SQLite')
    await using worker = await startServer('worker', { cwd: setting.folder, environment: setting.environment }).catch((error: Error) => ({
      message: error.message,
      [Symbol.asyncDispose]: async () => undefined,
    }))
    expect(worker).toMatchObject({ message: expect.stringContaining('PUBLIC_BASE_URL is missing') })
  })
})
