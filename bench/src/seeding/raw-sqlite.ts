import type SqliteDatabase from 'better-sqlite3'
import type { Amounts } from '../system.ts'

/** The same rows as on Postgres. */
export function seedRawSqlite(database: SqliteDatabase.Database, { pending, finished }: Amounts): void {
  const seed = database.transaction(() => {
    database.prepare(finishedCalls).run({ count: finished })
    database.prepare(pendingCalls).run({ count: pending })
  })
  seed.immediate()
}

const nowMs = `(select cast(unixepoch('subsec') * 1000 as integer))`
const numbers = 'with recursive numbers(n) as (select 1 where @count > 0 union all select n + 1 from numbers where n < @count)'

const finishedCalls = `
${numbers}, dated as (select n, ${nowMs} - 7776000000 + n * 7776000000 / @count as at from numbers)
insert into calls (
  id, created_at, status, attempts, outcome, provider_call_id, updated_at, started_at, ended_at, to_number, script_id, priority, exclusive, max_attempts, variables, metadata, provider_options
)
select printf('%012x-%012x', at, n), at, 'COMPLETED', 1, 'completed', 'seeded-' || n, at, at, at, '+1650' || (2000000 + n), 'welcome', 0, 1, 3,
  json_object('name', 'Customer ' || n), json_object('customerId', n), '{}'
from dated`

const pendingCalls = `
${numbers}, dated as (select n, ${nowMs} as at from numbers)
insert into calls (id, created_at, status, next_attempt_at, updated_at, to_number, script_id, priority, exclusive, max_attempts, variables, metadata, provider_options)
select printf('%012x-%012x', at, n), at, 'PENDING', at - 3600000 + n, at, '+1415' || (2000000 + n), 'welcome', 0, 1, 3,
  json_object('name', 'Customer ' || n), json_object('customerId', n), '{}'
from dated`
