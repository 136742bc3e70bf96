import Database from 'better-sqlite3'
import type { Amounts } from '../system.ts'

/** The same rows as on Postgres: finished calls with their attempts, pending ones that are all due, and the counts of both. */
export function seedEbraSqlite(file: string, { pending, finished, numbers = finished }: Amounts): void {
  const database = new Database(file)
  database.pragma('synchronous = FULL')
  const seed = database.transaction(() => {
    database.prepare(finishedCalls).run({ count: finished, numbers })
    database.exec(attempts)
    database.prepare(pendingCalls).run({ count: pending })
    const count = database.prepare('update ebra_counts set present = present + ?, entered = entered + ? where status = ?')
    count.run(pending, pending + finished, 'PENDING')
    count.run(0, finished, 'IN_PROGRESS')
    count.run(finished, finished, 'COMPLETED')
  })
  seed.immediate()
  database.close()
}

/** An id of version 7 for the n-th millisecond before or after an instant; n tells ids of one millisecond apart. */
const idAt = (ms: string) =>
  `substr(printf('%012x', ${ms}), 1, 8) || '-' || substr(printf('%012x', ${ms}), 9) || '-7000-8000-' || printf('%012x', n)`
const nowMs = `(select cast(unixepoch('subsec') * 1000 as integer))`
const numbers = 'with recursive numbers(n) as (select 1 where @count > 0 union all select n + 1 from numbers where n < @count)'

const finishedCalls = `
${numbers}, dated as (select n, ${nowMs} - 7776000000 + n * 7776000000 / @count as at from numbers)
insert into ebra_calls (
  id, to_number, script_id, variables, metadata, provider_options, status, outcome, priority, exclusive, attempts, max_attempts, last_number, created_at, updated_at, started_at, ended_at
)
select ${idAt('at')}, '+1650' || (2000000 + n % cast(@numbers as integer)), 'welcome', json_object('name', 'Customer ' || n), json_object('customerId', n), '{}', 'COMPLETED', 'completed', 0, 1, 1, 3, 1, at, at, at, at
from dated`

const attempts = `
insert into ebra_attempts (
  call_id, number, provider, status, outcome, provider_call_id, to_number, script_id, claimed_by, claimed_turn, started_at, send_by, answer_by, check_at, last_sign_at, ended_at, revision
)
select id, 1, 'platform', 'ENDED', 'completed', 'seeded-' || id, to_number, script_id, 'seeded', 1, started_at, started_at, started_at, started_at, started_at, ended_at, 2
from ebra_calls`

const pendingCalls = `
${numbers}, dated as (select n, ${nowMs} as at from numbers)
insert into ebra_calls (id, to_number, script_id, variables, metadata, provider_options, status, priority, exclusive, max_attempts, next_attempt_at, created_at, updated_at)
select ${idAt('at')}, '+1415' || (2000000 + n), 'welcome', json_object('name', 'Customer ' || n), json_object('customerId', n), '{}', 'PENDING', 0, 1, 3, at - 3600000 + n, at, at
from dated`
