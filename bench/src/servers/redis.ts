import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { familyCpuMs } from './process-cpu.ts'
import type { Server } from './server.ts'

/** How BullMQ wants its Redis: an append-only file, nothing evicted. The file is flushed once a second: a crash can lose what was answered in the last one. */
const chosen = { appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'noeviction', save: '' }

/** Starts a Redis of its own on a free port, with a folder of its own. Null where no redis-server is installed. */
export async function startRedisServer(): Promise<Server | null> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'ebra-redis-'))
  const settings = { ...chosen, port: String(port), bind: '127.0.0.1', dir: folder }
  const child = spawn(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: 'ignore' },
  )
  const isInstalled = await once(child, 'spawn').then(
    () => true,
    () => false,
  )
  if (!isInstalled) {
    await rm(folder, { recursive: true })
    return null
  }
  const redis = await connect(port)
  return {
    settings: { redis_version: await versionOf(redis), ...chosen },
    createDatabase: async () => ({
      address: `redis://127.0.0.1:${port}`,
      flush: async () => undefined,
      tidy: async () => undefined,
      usage: async () => ({ transactions: null, walBytes: null, cpuMs: await familyCpuMs(child.pid ?? 0) }),
      drop: async () => void (await redis.flushall()),
    }),
    stop: async () => {
      redis.disconnect()
      if (child.kill('SIGTERM')) await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function connect(port: number): Promise<Redis> {
  for (let tries = 0; ; tries++) {
    const redis = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
    redis.on('error', () => undefined)
    try {
      await redis.connect()
      return redis
    } catch (error) {
      redis.disconnect()
      if (tries === 100) throw error
      await pause(50)
    }
  }
}

async function versionOf(redis: Redis): Promise<string> {
  return /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown'
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
