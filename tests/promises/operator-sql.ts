import BetterSqlite3 from 'better-sqlite3'
import { Client } from 'pg'
import type { DatabaseKind, DatabaseSettings } from './worker-settings.ts'

/** Runs SQL of an operator's, by a connection of its own. Rejects with what the database says. */
export async function executeOn(database: DatabaseSettings, sql: string): Promise<void> {
  if (database.kind === 'SQLite') {
    const connection = new BetterSqlite3(database.file, { timeout: 5_000 })
    try {
      connection.exec(sql)
    } finally {
      connection.close()
    }
    return
  }
  const client = new Client({ connectionString: database.connectionString })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** A trigger, as a host might have made one, that refuses the end of every attempt to numbers with a prefix. */
export function refusalOfEnds(database: DatabaseKind, prefix: string): string {
  return database === 'SQLite' ? refusalOnSqlite(prefix) : refusalOnPostgres(prefix)
}

function refusalOnSqlite(prefix: string): string {
  return `
    create trigger refusal before update on ebra_attempts
    when new.status = 'ENDED' and new.to_number like '${prefix}%'
    begin select raise(abort, 'refused by a trigger of the host'); end`
}

function refusalOnPostgres(prefix: string): string {
  return `
    create function public.refuse() returns trigger language plpgsql as $$
    begin
      raise exception 'refused by a trigger of the host';
    end
    $$;
    create trigger refusal before update on ebra.attempts for each row
    when (new.status = 'ENDED' and new.to_number like '${prefix}%') execute function public.refuse()`
}
