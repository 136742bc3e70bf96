import { randomUUID } from 'node:crypto'
import type SqliteDatabase from 'better-sqlite3'
import type { Platform } from '../platform.ts'
import { type CallInput, type Client, cap, partOf, type System } from '../system.ts'
import { rawDiffers } from './raw-postgres.ts'
import { runTurns, type Turn } from './turn-loop.ts'

/** The least that a lifecycle costs on SQLite: one transaction a turn, each flushed. */
export const rawSqlite: System = {
  name: 'raw-sqlite',
  title: 'SQL by hand, SQLite',
  server: 'file',
  library: 'better-sqlite3',
  differs: rawDiffers,
  connect: connectRawSqlite,
}

async function connectRawSqlite(address: string, platform: Platform): Promise<Client> {
  const { default: Database } = await import('better-sqlite3')
  const database = new Database(address)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('busy_timeout = 10000')
  return {
    install: async () => void database.exec(schema),
    enqueue: async (call) => insertAll(database, [call]),
    enqueueMany: async (calls) => insertAll(database, calls),
    work: async (share) => runTurns(platform, partOf(share), turnOn(database)),
    progress: async () => {
      const counted = `select count(*) filter (where status = 'COMPLETED') as completed, count(*) filter (where status <> 'COMPLETED') as unfinished from calls`
      return database.prepare<[], { completed: number; unfinished: number }>(counted).get() ?? { completed: 0, unfinished: 0 }
    },
    seed: async (amounts) => {
      const { seedRawSqlite } = await import('../seeding/raw-sqlite.ts')
      seedRawSqlite(database, amounts)
    },
    close: async () => void database.close(),
  }
}

function insertAll(database: SqliteDatabase.Database, calls: readonly CallInput[]): void {
  const insert = database.prepare(insertOne)
  const insertThem = database.transaction(() => {
    const now = Date.now()
    for (const { to, scriptId, variables, metadata } of calls) {
      insert.run(randomUUID(), to, scriptId, JSON.stringify(variables), JSON.stringify(metadata), now, now, now)
    }
  })
  insertThem.immediate()
}

function turnOn(database: SqliteDatabase.Database): Turn {
  const settle = database.prepare(settleOne)
  const record = database.prepare(recordOne)
  const claim = database.prepare<[number, number, number, number, number], { id: string }>(claimSome)
  const turn = database.transaction(({ ended, placed, wanted }: Parameters<Turn>[0]) => {
    const now = Date.now()
    for (const providerCallId of ended) settle.run(now, now, providerCallId)
    for (const { id, providerCallId } of placed) record.run(providerCallId, now, id)
    return claim.all(now, now, now, wanted, cap).map(({ id }) => id)
  })
  return async (input) => turn.immediate(input)
}

const insertOne = `
  insert into calls (id, to_number, script_id, variables, metadata, status, provider_options, priority, exclusive, max_attempts, next_attempt_at, created_at, updated_at)
  values (?, ?, ?, ?, ?, 'PENDING', '{}', 0, 1, 3, ?, ?, ?)`
const settleOne = `
  update calls set status = 'COMPLETED', outcome = 'completed', ended_at = ?, updated_at = ? where provider_call_id = ? and status = 'IN_PROGRESS'`
const recordOne = `update calls set provider_call_id = ?, updated_at = ? where id = ? and status = 'IN_PROGRESS'`
const claimSome = `
  update calls set status = 'IN_PROGRESS', attempts = attempts + 1, next_attempt_at = null, started_at = ?, updated_at = ?
  where id in (
    select id from calls where status = 'PENDING' and next_attempt_at <= ? order by priority desc, next_attempt_at, id
    limit max(0, min(?, ? - (select count(*) from calls where status = 'IN_PROGRESS')))
  )
  returning id`

const schema = `
create table calls (
  id text primary key not null,
  tenant text, to_number text not null, from_number text, script_id text not null, variables text not null, metadata text not null, provider text,
  provider_options text not null, status text not null, outcome text, priority integer not null, exclusive integer not null, attempts integer not null default 0,
  max_attempts integer not null, last_error text, retry_of text, provider_call_id text, duration_sec real, scheduled_at integer, next_attempt_at integer,
  expires_at integer, cancel_requested_at integer, created_at integer not null, updated_at integer not null, started_at integer, ended_at integer,
  idempotency_key text, idempotency_fingerprint text
) strict;
create index calls_due on calls (priority desc, next_attempt_at, id) where status = 'PENDING';
create index calls_live on calls (id) where status = 'IN_PROGRESS';
create index calls_by_provider_id on calls (provider_call_id) where provider_call_id is not null;
`
