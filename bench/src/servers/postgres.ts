import { setTimeout as pause } from 'node:timers/promises'
import { startPostgres, type TestDatabase } from '@ebra/testkit/postgres'
import { Client } from 'pg'
import { familyCpuMs, parentOf } from './process-cpu.ts'
import { bystander, type Database, type Server, type ServerUsage } from './server.ts'

/** Nothing happens in the background that one run would pay for and another not: no checkpoint and no vacuum within a run. */
const chosen = {
  autovacuum: 'off',
  checkpoint_timeout: '1h',
  max_wal_size: '16GB',
  shared_buffers: '1GB',
}
/** Without these every figure would be a fiction. */
const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }
const shown = ['server_version', ...Object.keys(durable), ...Object.keys(chosen), 'wal_sync_method', 'max_connections']

/** Starts a Postgres of its own. Throws where it would not be durable. */
export async function startPostgresServer(): Promise<Server> {
  const server = await startPostgres({ settings: { ...chosen, ...durable } })
  const admin = new Client({ connectionString: server.connectionString })
  const stop = async () => {
    await admin.end()
    await server.stop()
  }
  try {
    await admin.connect()
    const settings = await readSettings(admin)
    refuseUnlessDurable(settings)
    const pid = await postmasterPid(admin)
    return { settings, stop, createDatabase: async () => new PostgresDatabase(await server.createDatabase(), admin, pid) }
  } catch (error) {
    await stop()
    throw error
  }
}

class PostgresDatabase implements Database {
  readonly address: string
  readonly #database: TestDatabase
  readonly #admin: Client
  readonly #pid: number | null

  /** `admin` is connected to another database, and so in no count of this one. */
  constructor(database: TestDatabase, admin: Client, pid: number | null) {
    this.address = database.connectionString
    this.#database = database
    this.#admin = admin
    this.#pid = pid
  }

  async flush(): Promise<void> {
    await this.#admin.query('checkpoint')
  }

  async tidy(): Promise<void> {
    const client = new Client({ connectionString: this.address })
    await client.connect()
    await client.query('vacuum (analyze)')
    await client.end()
  }

  async usage(): Promise<ServerUsage> {
    await this.#whenAlone()
    const { rows } = await this.#admin.query<{ transactions: string; wal: string }>(
      `select (xact_commit + xact_rollback)::text as transactions, (pg_current_wal_lsn() - '0/0')::text as wal
       from pg_stat_database where datname = $1`,
      [this.#database.name],
    )
    const cpuMs = this.#pid === null ? null : await familyCpuMs(this.#pid)
    return { transactions: Number(rows[0]?.transactions), walBytes: Number(rows[0]?.wal), cpuMs }
  }

  drop(): Promise<void> {
    return this.#database.drop()
  }

  /** A connection hands its counts over when it ends, at the latest. */
  async #whenAlone(): Promise<void> {
    for (let tries = 0; tries < 500; tries++) {
      const { rowCount } = await this.#admin.query('select from pg_stat_activity where datname = $1 and application_name <> $2', [
        this.#database.name,
        bystander,
      ])
      if (rowCount === 0) return
      await pause(20)
    }
    throw new Error('Somebody stays connected to the database of the run.')
  }
}

function refuseUnlessDurable(settings: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(durable)) {
    if (settings[name] !== value) throw new Error(`Postgres runs with ${name} = ${settings[name]}, not ${value}.`)
  }
}

async function readSettings(admin: Client): Promise<Record<string, string>> {
  const { rows } = await admin.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from pg_settings where name = any ($1) order by name',
    [shown],
  )
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

/** The postmaster starts every process of the server. */
async function postmasterPid(admin: Client): Promise<number | null> {
  const { rows } = await admin.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0] === undefined ? null : parentOf(rows[0].pid)
}
