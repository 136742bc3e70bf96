import BetterSqlite3 from 'better-sqlite3'
import { Client } from 'pg'
import type { DatabaseSettings } from './worker-settings.ts'

/** What one look at the database saw, all of it at one moment. */
export interface Look {
  /** When the attempts that were live had been claimed, in milliseconds since 1970. */
  readonly liveSince: readonly number[]
  /** Calls that were not over. */
  readonly unended: number
}

/** Looks at the rows themselves, by a connection that nobody else knows, and asks nothing that the product has written for it. */
export interface Census extends AsyncDisposable {
  look(): Promise<Look>
}

/** Opens a census of a database whose tables are there. */
export async function openCensus(database: DatabaseSettings): Promise<Census> {
  return database.kind === 'SQLite' ? censusOfFile(database.file) : await censusOfServer(database.connectionString)
}

const unended = `status = 'PENDING' or status = 'IN_PROGRESS'`

function censusOfFile(file: string): Census {
  const connection = new BetterSqlite3(file, { timeout: 5_000 })
  const looking = connection.prepare<[], { readonly live: string; readonly unended: number }>(`
    select
      (select json_group_array(started_at) from ebra_attempts where status <> 'ENDED') as live,
      (select count(*) from ebra_calls where ${unended}) as unended`)
  return {
    look: async () => {
      const row = looking.get()
      return { liveSince: JSON.parse(row?.live ?? '[]'), unended: row?.unended ?? 0 }
    },
    [Symbol.asyncDispose]: async () => void connection.close(),
  }
}

async function censusOfServer(connectionString: string): Promise<Census> {
  const client = new Client({ connectionString })
  await client.connect()
  return {
    look: async () => {
      const { rows } = await client.query<{ readonly live: readonly number[]; readonly unended: number }>(`
        select
          array(
            select 1000 * extract(epoch from a.started_at)::float8
            from ebra.calls c
            join ebra.attempts a on a.call_id = c.id and a.number = c.last_number
            where c.live_number is not null
          ) as live,
          (select count(*)::int from ebra.calls where ${unended}) as unended`)
      const [row] = rows
      return { liveSince: row?.live ?? [], unended: row?.unended ?? 0 }
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}
