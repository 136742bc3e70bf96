import type { Pool } from 'pg'
import type { Amounts } from '../system.ts'

/** Rows of the table of SQL by hand, as `generate_series` makes them: finished calls of the past months, pending ones that are all due. */
export async function seedRawPostgres(pool: Pool, { pending, finished }: Amounts): Promise<void> {
  await pool.query(
    `insert into calls (
       id, to_number, script_id, variables, metadata, status, provider_options, priority, exclusive, max_attempts, attempts, outcome, provider_call_id,
       next_attempt_at, created_at, updated_at, started_at, ended_at
     )
     select
       gen_random_uuid(), '+1650' || (2000000 + n), 'welcome', json_build_object('name', 'Customer ' || n), json_build_object('customerId', n), 'COMPLETED', '{}', 0, true, 3,
       1, 'completed', 'seeded-' || n, null, at, at, at, at
     from generate_series(1, $1::int) n, lateral (select now() - interval '90 days' + n * interval '1 second' as at) t`,
    [finished],
  )
  await pool.query(
    `insert into calls (
       id, to_number, script_id, variables, metadata, status, provider_options, priority, exclusive, max_attempts, next_attempt_at, created_at, updated_at
     )
     select
       gen_random_uuid(), '+1415' || (2000000 + n), 'welcome', json_build_object('name', 'Customer ' || n), json_build_object('customerId', n), 'PENDING', '{}', 0, true, 3,
       now() - interval '1 hour' + n * interval '1 millisecond', now(), now()
     from generate_series(1, $1::int) n`,
    [pending],
  )
}
