import type { Migration } from './migration.ts'

/** Events of providers: those that were seen, and those that wait for their attempt. */
export const events: Migration = {
  number: 6,
  name: 'events',
  minCode: 1,
  sql: `
-- Lets the events that name one of these be joined: ids at providers, or calls. Waits for nobody: one that it has to pass over is found by a sweep.
-- The index of names is of a kind that only a bitmap reads.
create function ebra.mark_joinable(names uuid[]) returns void
language plpgsql
set enable_bitmapscan = on
as $$
begin
  update ebra.parked_events set is_joinable = true
  where key in (select key from ebra.parked_events where not is_joinable and keys && names for no key update skip locked);
end
$$;

-- Parked events that name an attempt of their provider which exists. The look-ups behind "offset 0", here and below, are made for each line as it stands, by index: joined freely they
-- were planned, while the tables were small, as one walk over all attempts.
create view ebra.joinable_events as
select p.*
from ebra.parked_events p
where exists (
  select from ebra.attempts a
  where a.call_id = p.attempt_call_id and a.number = p.attempt_number and a.provider = p.provider
  offset 0
) or exists (
  select from ebra.attempts a where a.call_id = p.call_id and a.provider = p.provider offset 0
) or exists (
  select from ebra.provider_ids k
  join ebra.attempts a on a.call_id = any (array[k.call_id]) and a.number = k.number
  where k.key = any (p.keys)
  offset 0
);

-- Every attempt that any of these keys names, each once: attempts by call and number, ids at providers, and calls. And which of these events were seen within the last week, by their
-- places in the list, from 0.
create function ebra.look_up(keys json, injected timestamptz) returns json
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  found json;
  seen json;
begin
  with named as (
    select n.call_id, n.number from json_to_recordset(keys -> 'attempts') n(call_id uuid, number integer)
    union
    select k.call_id, k.number
    from json_to_recordset(keys -> 'provider_ids') given(provider text, id text)
    cross join lateral (
      select call_id, number from ebra.provider_ids where key = ebra.key_of(given.provider, given.id) offset 0
    ) k
    cross join lateral (
      select provider, provider_call_id, aliases from ebra.attempts where call_id = k.call_id and number = k.number offset 0
    ) a
    where a.provider = given.provider and (a.provider_call_id = given.id or given.id = any (a.aliases))
    union
    select a.call_id, a.number
    from json_array_elements_text(keys -> 'calls') id
    cross join lateral (select call_id, number from ebra.attempts where call_id = id::uuid offset 0) a
  )
  select json_agg(json_build_object('attempt', ebra.attempt_values(a), 'call', ebra.call_values(c), 'last', case
    when a.number = c.last_number then ebra.last_values(a)
    else (select ebra.last_values(l) from ebra.attempts l where l.call_id = c.id and l.number = c.last_number)
  end))
  into found
  from named n
  join ebra.attempts a on a.call_id = any (array[n.call_id]) and a.number = n.number
  join ebra.calls c on c.id = any (array[n.call_id]);
  select json_agg(place - 1) into seen
  from rows from (json_to_recordset(keys -> 'events') as (provider text, event_id text)) with ordinality e(provider, event_id, place)
  where exists (
    select from ebra.seen_events s where s.key = ebra.key_of(e.provider, e.event_id) and s.seen_at >= at - interval '7 days' offset 0
  );
  return json_build_object('now', at, 'found', found, 'seen', seen);
end
$$;

-- Records events that changed nothing as seen, forgets parked ones that were applied, parks others. The latter in the order of keys, so that nobody waits in a circle.
create function ebra.note_events(seen json, unparked json, parked json, at timestamptz) returns void
language plpgsql as $$
declare
  parked_keys uuid[];
begin
  if seen is not null then
    insert into ebra.seen_events
    select ebra.key_of(e.provider, e.event_id), at from json_to_recordset(seen) e(provider text, event_id text);
  end if;
  if unparked is not null then
    delete from ebra.parked_events p
    using json_to_recordset(unparked) e(provider text, event_id text)
    where p.key = ebra.key_of(e.provider, e.event_id);
  end if;
  if parked is not null then
    with added as (
      insert into ebra.parked_events (key, provider, event, attempt_call_id, attempt_number, call_id, keys, parked_at, position)
      select
        ebra.key_of(e.provider, e.event_id), e.provider, e.event, e.attempt_call_id, e.attempt_number, e.call_id,
        array(select ebra.key_of(e.provider, id) from unnest(e.provider_call_ids) id) || array_remove(array[e.attempt_call_id, e.call_id], null),
        at, e.position
      from json_to_recordset(parked) e(
        provider text, event_id text, event json, attempt_call_id uuid, attempt_number integer, call_id uuid, provider_call_ids text[], position integer
      )
      order by 1
      on conflict do nothing
      returning key
    )
    select array_agg(key) into parked_keys from added;
    update ebra.parked_events p set is_joinable = true from ebra.joinable_events j where j.key = any (parked_keys) and p.key = j.key;
  end if;
end
$$;

-- Parked events that name an attempt which exists, oldest first. Those that are given out give way to others for five seconds. An event and the id that it names may have been
-- written by two transactions that did not see each other: what was parked since the last sweep, which is made every minute, is looked at anew.
create function ebra.find_joinable(how_many integer, injected timestamptz) returns json
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  found json;
begin
  perform set_config('synchronous_commit', 'off', true);
  with candidate as (
    select j.key
    from ebra.joinable_events j
    where (j.is_joinable or j.parked_at > at - interval '90 seconds') and j.looked_at <= at - interval '5 seconds'
    order by j.parked_at, j.position
    limit how_many
    for no key update skip locked
  ), given as (
    update ebra.parked_events p set looked_at = at, is_joinable = true from candidate where p.key = candidate.key
    returning p.provider, p.event, p.parked_at, p.position
  )
  select json_agg(json_build_object('provider', provider, 'event', event) order by parked_at, position) into found from given;
  return coalesce(found, '[]');
end
$$;
`,
}
