import type { Migration } from './migration.ts'

/** What every statement stands on: the time, durability, and the records that readers get. */
export const foundations: Migration = {
  number: 2,
  name: 'foundations',
  minCode: 1,
  sql: `
-- The one place that tells the time: the database's, or a test's own. Cut to milliseconds, so that what is written is never later than what a client reads.
create function ebra.instant(injected timestamptz) returns timestamptz(3)
language sql volatile
return date_trunc('milliseconds', coalesce(injected, clock_timestamp()));

-- A span in milliseconds, as an interval.
create function ebra.span(ms double precision) returns interval
language sql immutable
return ms * interval '1 millisecond';

-- From one instant to a later one in whole milliseconds, none too few; 0 if that has passed, null if there is none.
create function ebra.ms_until(at timestamptz, later timestamptz) returns bigint
language sql immutable strict
return greatest(0, ceil(1000 * extract(epoch from later - at)))::bigint;

-- Called first by whatever somebody relies on: whatever the role or the host's pool say, the commit waits for the disk. A SET clause of the function would be undone before
-- the commit; this lasts until after it.
create function ebra.be_durable() returns void
language plpgsql as $$
begin
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    perform set_config('synchronous_commit', 'on', true);
  end if;
end
$$;

-- Under which key an id or event of a provider is known. Stable as its parts are: called immutable, it would not be inlined, and cost ten times as much.
create function ebra.key_of(provider text, name text) returns uuid
language sql stable
return encode(substr(sha256(convert_to(provider || ':' || name, 'UTF8')), 1, 16), 'hex')::uuid;

-- What clients read of a row, as values in this order: their names would be half of what every answer carries.
create function ebra.call_values(c ebra.calls) returns json
language sql stable
return json_build_array(
  c.id, c.last_number, c.tenant, c.to_number, c.from_number, c.script_id, c.variables, c.metadata, c.provider, c.provider_options, c.status, c.outcome,
  c.priority, c.exclusive, c.attempts, c.max_attempts, c.last_error, c.retry_of, c.scheduled_at, c.next_attempt_at, c.expires_at,
  c.cancel_requested_at, c.created_at, c.updated_at, c.started_at, c.ended_at
);

create function ebra.attempt_values(a ebra.attempts) returns json
language sql stable
return json_build_array(
  a.call_id, a.number, a.provider, a.status, a.phase, a.outcome, a.error, a.details, a.put_back, a.provider_call_id, a.aliases, a.provider_state,
  a.to_number, a.from_number, a.script_id, a.started_at, a.send_by, a.answer_by, a.last_sign_at, a.ended_at, a.revision
);

-- What a call shows of its last attempt.
create function ebra.last_values(a ebra.attempts) returns json
language sql stable
return json_build_array(a.provider_call_id, a.duration_sec);

-- Calls as clients read them, each with what it shows of its last attempt.
create view ebra.call_records as
select
  c.id,
  json_build_object('call', ebra.call_values(c), 'last', (
    select ebra.last_values(a) from ebra.attempts a where a.call_id = c.id and a.number = c.last_number
  )) as record
from ebra.calls c;

-- Attempts as clients read them, each beside its call.
create view ebra.attempt_records as
select
  a.call_id,
  a.number,
  json_build_object('attempt', ebra.attempt_values(a), 'call', ebra.call_values(c), 'last', (
    select ebra.last_values(l) from ebra.attempts l where l.call_id = c.id and l.number = c.last_number
  )) as record
from ebra.attempts a
join ebra.calls c on c.id = a.call_id;

-- Attempts that hold a slot and a number: each is the last of a call that is in progress.
create view ebra.live_attempts as
select a.*
from ebra.calls c
join ebra.attempts a on a.call_id = any (array[c.id]) and a.number = c.last_number
where c.live_number is not null;

-- How many calls are in each status, and how many ever came into it.
create view ebra.call_counts as
select status, sum(present)::bigint as present, sum(entered)::bigint as entered
from (
  select to_status as status, calls as present, case when from_status is distinct from to_status then calls else 0 end as entered from ebra.moves
  union all
  select from_status, -calls, 0 from ebra.moves
) moved
where status is not null
group by status;

-- Lets the first call that waits for each of these numbers be claimed again. Called whenever an attempt is no longer live, and whenever a call that was let through before
-- goes away without having been dialed: so those that wait are never more than one call away from their turn. Waits for nobody.
create function ebra.release_numbers(numbers text[]) returns void
language plpgsql as $$
begin
  update ebra.calls c
  set waits_for = ''
  from unnest(numbers) number
  cross join lateral (
    select id
    from ebra.calls
    where status = 'PENDING' and waits_for = number
    order by priority desc, next_attempt_at, id
    limit 1
    for no key update skip locked
  ) next
  where c.id = next.id;
end
$$;
`,
}
