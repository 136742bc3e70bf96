import { cap, type System } from '../system.ts'
import { connectRawPostgres, oneCall } from './raw-postgres.ts'

/** What keeping all that Ebra keeps costs, however it is written: the same rows and index entries, and nothing decided. */
export const rawPostgresHistory: System = {
  name: 'raw-postgres-history',
  title: 'SQL by hand, with all that Ebra keeps',
  server: 'postgres',
  library: 'pg',
  onlyIn: ['lifecycle'],
  differs: [
    'keeps attempts, ids of the provider and webhooks seen in tables with the same indexes, and dials no number that is live',
    'knows one way through them: no retry, no deadline, no gates, no counts, no look at what a webhook may mean',
    'the cap is exact for the fleet; each process takes its part of it and no more',
  ],
  connect: (address, platform) => connectRawPostgres(address, platform, tick, history),
}

const tick = oneCall('tick-with-history', 'select id from tick_with_history($1::text[], $2::uuid[], $3::text[], $4) id')

const history = `
create table attempts (
  call_id uuid not null,
  number integer not null,
  started_at timestamptz(3) not null,
  send_by timestamptz(3) not null,
  answer_by timestamptz(3) not null,
  claimed_turn bigint not null,
  claimed_by text collate "C" not null,
  provider text collate "C" not null,
  to_number text collate "C" not null,
  script_id text collate "C" not null,
  status text collate "C" not null default 'PLACING',
  revision integer not null default 0,
  check_at timestamptz(3) not null,
  last_sign_at timestamptz(3) not null,
  ended_at timestamptz(3),
  phase text,
  outcome text,
  provider_call_id text collate "C",
  provider_state json not null default '{}',
  details json not null default '{}',
  primary key (call_id, number)
) with (fillfactor = 50);
create table provider_ids (key uuid not null, call_id uuid not null, number integer not null);
create index provider_ids_by_key on provider_ids (key);
create table seen_events (key uuid not null, seen_at timestamptz(3) not null);
create index seen_events_by_key on seen_events (key);
alter table calls add column live_number text collate "C", add column last_number integer not null default 0;
alter table calls set (fillfactor = 50);
drop index calls_live, calls_by_provider_id;
create index calls_live on calls (live_number) where live_number is not null;
create index calls_by_status on calls (status, id) where live_number is null;
create index calls_by_number on calls (to_number, id) where live_number is null;

-- Rows are found by index, as in a table of millions.
create function tick_with_history(ended text[], ids uuid[], names text[], wanted integer) returns setof uuid
language plpgsql
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  keys constant uuid[] := array(select md5(name)::uuid from unnest(ended) name);
  over constant uuid[] := array(select call_id from provider_ids where key = any (keys));
  chosen uuid[];
begin
  update attempts
  set status = 'ENDED', outcome = 'completed', ended_at = now(), last_sign_at = now(), revision = revision + 1
  where call_id = any (over) and number = 1 and status = 'LIVE';
  update calls
  set status = 'COMPLETED', outcome = 'completed', live_number = null, ended_at = now(), updated_at = now()
  where id = any (over) and status = 'IN_PROGRESS';
  insert into seen_events select key, now() from unnest(keys) key;

  update attempts
  set status = 'LIVE', phase = 'queued', provider_call_id = names[array_position(ids, call_id)], last_sign_at = now(), check_at = now() + interval '1 minute', revision = revision + 1
  where call_id = any (ids) and number = 1 and status = 'PLACING';
  insert into provider_ids select md5(name)::uuid, id, 1 from unnest(ids, names) p(id, name);

  perform pg_advisory_xact_lock(1);
  chosen := array(
    select id from calls c
    where status = 'PENDING' and next_attempt_at <= now() and not exists (select from calls l where l.live_number = c.to_number)
    order by priority desc, next_attempt_at, id
    limit greatest(0, least(wanted, ${cap} - (select count(*) from calls where live_number is not null)))
    for no key update skip locked
  );
  return query
    with claimed as (
      update calls set
        status = 'IN_PROGRESS', attempts = attempts + 1, last_number = last_number + 1, live_number = to_number, next_attempt_at = null, started_at = now(), updated_at = now()
      where id = any (chosen)
      returning id, last_number, to_number, script_id
    ), begun as (
      insert into attempts (call_id, number, started_at, send_by, answer_by, claimed_turn, claimed_by, provider, to_number, script_id, check_at, last_sign_at)
      select id, last_number, now(), now() + interval '5 s', now() + interval '15 s', 1, '01900000-0000-7000-8000-000000000000', 'platform', to_number, script_id, now() + interval '15 s', now()
      from claimed
    )
    select id from claimed;
end
$$;
`
