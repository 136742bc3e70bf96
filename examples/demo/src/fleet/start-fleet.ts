import { join } from 'node:path'
import { startPostgres } from '@ebra/testkit/postgres'
import { type ServerProcess, startServerProcess } from './server-process.ts'

/** Processes that share one database, and so one list of calls. */
export interface Fleet {
  /** Of the API. */
  readonly url: string
  /** Rejects when one of the processes ends by itself. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

/** What every process of a fleet is told, and the folder for whatever it writes. */
export interface FleetOptions {
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string
}

const workers = 3

/** One process, and a SQLite file. */
export async function startSqliteFleet({ environment, folder }: FleetOptions): Promise<Fleet> {
  const database = { SQLITE_FILE: join(folder, 'ebra.db') }
  const server = await startServerProcess({
    program: 'main',
    name: 'server',
    environment: { ...environment, ...database, PORT: '0' },
    folder,
  })
  return { url: server.url, failed: server.failed, stop: () => server.stop() }
}

/** A Postgres of its own, an API, and three workers. */
export async function startPostgresFleet({ environment, folder }: FleetOptions): Promise<Fleet> {
  const postgres = await startPostgres()
  const servers: ServerProcess[] = []
  const start = async (program: 'api' | 'worker', name: string, more: Readonly<Record<string, string>>) => {
    const options = { ...environment, DATABASE_URL: postgres.connectionString, ...more }
    const server = await startServerProcess({ program, name, environment: options, folder })
    servers.push(server)
    return server
  }
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await postgres.stop()
  }
  try {
    const { url } = await start('api', 'api', { PORT: '0' })
    // A worker listens on no port: the webhooks of the calls that it dials go to the API.
    const names = Array.from({ length: workers }, (_, index) => `worker-${index + 1}`)
    await Promise.all(names.map((name) => start('worker', name, { PUBLIC_BASE_URL: url })))
    return { url, failed: Promise.race(servers.map(({ failed }) => failed)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
