import type { PgBoss } from 'pg-boss'
import type { Amounts } from '../system.ts'

/** Rows of pg-boss' own table: jobs that were completed within the last week, the time for which it keeps them, and created ones that are all due. */
export async function seedPgBoss(boss: PgBoss, queue: string, { pending, finished }: Amounts): Promise<void> {
  const database = boss.getDb()
  await database.executeSql(completedJobs, [finished, queue])
  await database.executeSql(createdJobs, [pending, queue])
}

const data = `jsonb_build_object(
  'to', '+1415' || (2000000 + n), 'scriptId', 'welcome', 'variables', jsonb_build_object('name', 'Customer ' || n), 'metadata', jsonb_build_object('customerId', n)
)`

const completedJobs = `
insert into pgboss.job (name, policy, data, state, start_after, created_on, started_on, completed_on, keep_until, output)
select $2, 'standard', ${data}, 'completed', at, at, at, at, at + interval '14 days', '{"outcome": "completed"}'
from generate_series(1, $1::int) n, lateral (select now() - interval '6 days' + n * interval '6 days' / $1 as at) t`

const createdJobs = `
insert into pgboss.job (name, policy, data, start_after, created_on)
select $2, 'standard', ${data}, at, at
from generate_series(1, $1::int) n, lateral (select now() - interval '1 hour' + n * interval '1 millisecond' as at) t`
