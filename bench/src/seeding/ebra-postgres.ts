import { Client } from 'pg'
import type { Amounts } from '../system.ts'

/**
 * Rows of Ebra's tables as they lie there after three months: every finished call with its one attempt and the name that the platform gave it, the webhooks of the last week, and
 * pending calls that are all due. The counts are told by one line for each move, as after the upkeep.
 */
export async function seedEbraPostgres(address: string, { pending, finished, numbers = finished }: Amounts): Promise<void> {
  const client = new Client({ connectionString: address })
  await client.connect()
  await client.query(finishedCalls, [finished, numbers])
  await client.query(attempts)
  await client.query(providerIds)
  await client.query(seenEvents)
  await client.query(pendingCalls, [pending])
  await client.query(moves, [pending, finished])
  await client.end()
}

const finishedCalls = `
insert into ebra.calls (
  id, created_at, status, attempts, last_number, outcome, updated_at, started_at, ended_at, to_number, script_id, priority, exclusive, max_attempts, variables, metadata, provider_options
)
select
  uuidv7(at - now()), at, 'COMPLETED', 1, 1, 'completed', at, at, at, '+1650' || (2000000 + n % $2::int), 'welcome', 0, true, 3,
  json_build_object('name', 'Customer ' || n), json_build_object('customerId', n), '{}'
from generate_series(1, $1::int) n, lateral (select now() - interval '90 days' + n * interval '90 days' / $1 as at) t`

const attempts = `
insert into ebra.attempts (
  call_id, number, started_at, send_by, answer_by, claimed_turn, claimed_by, provider, to_number, script_id, status, revision, check_at, last_sign_at, ended_at, outcome, provider_call_id
)
select id, 1, started_at, started_at, started_at, 1, 'seeded', 'platform', to_number, script_id, 'ENDED', 2, started_at, started_at, ended_at, 'completed', 'seeded-' || id
from ebra.calls`

const providerIds = `
insert into ebra.provider_ids (key, call_id, number)
select ebra.key_of('platform', provider_call_id), call_id, 1 from ebra.attempts`

const seenEvents = `
insert into ebra.seen_events (key, seen_at)
select ebra.key_of('platform', provider_call_id), ended_at from ebra.attempts where ended_at > now() - interval '7 days' order by ended_at`

const pendingCalls = `
insert into ebra.calls (
  id, created_at, status, next_attempt_at, updated_at, to_number, script_id, priority, exclusive, max_attempts, variables, metadata, provider_options
)
select
  uuidv7(), now(), 'PENDING', now() - interval '1 hour' + n * interval '1 millisecond', now(), '+1415' || (2000000 + n), 'welcome', 0, true, 3,
  json_build_object('name', 'Customer ' || n), json_build_object('customerId', n), '{}'
from generate_series(1, $1::int) n`

const moves = `
insert into ebra.moves (from_status, to_status, calls)
values (null, 'PENDING', $1::bigint + $2::bigint), ('PENDING', 'IN_PROGRESS', $2::bigint), ('IN_PROGRESS', 'COMPLETED', $2::bigint)`
