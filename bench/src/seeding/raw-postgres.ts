import type { Pool } from 'pg'
import type { Amounts } from '../system.ts'

/** Rows of the table of SQL by hand: finished calls of the past three months, and pending ones that are all due. */
export async function seedRawPostgres(pool: Pool, { pending, finished }: Amounts): Promise<void> {
  await pool.query(finishedCalls, [finished])
  await pool.query(pendingCalls, [pending])
}

const finishedCalls = `
insert into calls (
  id, created_at, status, attempts, outcome, provider_call_id, updated_at, started_at, ended_at, to_number, script_id, priority, exclusive, max_attempts, variables, metadata, provider_options
)
select
  uuidv7(at - now()), at, 'COMPLETED', 1, 'completed', 'seeded-' || n, at, at, at, '+1650' || (2000000 + n), 'welcome', 0, true, 3,
  json_build_object('name', 'Customer ' || n), json_build_object('customerId', n), '{}'
from generate_series(1, $1::int) n, lateral (select now() - interval '90 days' + n * interval '90 days' / $1 as at) t`

const pendingCalls = `
insert into calls (
  id, created_at, status, next_attempt_at, updated_at, to_number, script_id, priority, exclusive, max_attempts, variables, metadata, provider_options
)
select
  uuidv7(), now(), 'PENDING', now() - interval '1 hour' + n * interval '1 millisecond', now(), '+1415' || (2000000 + n), 'welcome', 0, true, 3,
  json_build_object('name', 'Customer ' || n), json_build_object('customerId', n), '{}'
from generate_series(1, $1::int) n`
