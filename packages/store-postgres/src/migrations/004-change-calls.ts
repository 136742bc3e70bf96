import type { Migration } from './migration.ts'

/** What hosts do to single calls and to those that wait. Whoever needs an attempt and its call locks the attempt first, as turns do. */
export const changeCalls: Migration = {
  number: 4,
  name: 'change calls',
  minCode: 1,
  sql: `
-- Changes a PENDING call: 'changes' holds the columns that change. It waits for nothing any longer: with another number, script or time it may be its turn.
create function ebra.update_call(wanted uuid, changes json, injected timestamptz) returns json
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  kind text := 'updated';
  old ebra.calls;
  new ebra.calls;
begin
  perform ebra.be_durable();
  select * into old from ebra.calls where id = wanted for no key update;
  if not found then
    return null;
  end if;
  new := json_populate_record(old, changes);
  if old.status <> 'PENDING' then
    kind := 'not-pending';
  elsif array['scheduled_at', 'expires_at'] && array(select json_object_keys(changes)) and new.expires_at <= new.scheduled_at then
    kind := 'expires-before-scheduled';
  elsif changes::text <> '{}' then
    update ebra.calls c
    set to_number = new.to_number, from_number = new.from_number, script_id = new.script_id, variables = new.variables, metadata = new.metadata,
        provider = new.provider, provider_options = new.provider_options, priority = new.priority, exclusive = new.exclusive,
        max_attempts = new.max_attempts, scheduled_at = new.scheduled_at, expires_at = new.expires_at,
        next_attempt_at = case when changes -> 'scheduled_at' is null then c.next_attempt_at else coalesce(new.scheduled_at, at) end,
        waits_for = '', updated_at = at
    where c.id = wanted;
    perform ebra.release_numbers(array[old.to_number]);
  end if;
  return (select json_build_object('kind', kind, 'record', record) from ebra.call_records where id = wanted);
end
$$;

-- Ends a PENDING call, or asks a live one to end. A call that moves in between is looked at again. Null: no such call.
create function ebra.cancel_call(wanted uuid, injected timestamptz) returns json
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  is_known boolean;
  kind text;
begin
  perform ebra.be_durable();
  loop
    kind := case
      when ebra.cancel_waiting(wanted, at) then 'canceled'
      when ebra.ask_to_end(wanted, at) then 'requested'
      when exists (select from ebra.calls where id = wanted and ended_at is not null) then 'already-ended'
    end;
    is_known := exists (select from ebra.calls where id = wanted);
    exit when kind is not null or not is_known;
  end loop;
  return (
    select json_build_object('kind', kind, 'record', r.record, 'live', (
      select a.record
      from ebra.attempt_records a
      where kind = 'requested' and a.call_id = wanted and a.number = (select last_number from ebra.calls where id = wanted)
    ))
    from ebra.call_records r
    where r.id = wanted
  );
end
$$;

-- Ends the call if it is PENDING.
create function ebra.cancel_waiting(wanted uuid, at timestamptz) returns boolean
language plpgsql as $$
declare
  number text;
begin
  update ebra.calls
  set status = 'CANCELED', waits_for = '', next_attempt_at = null, ended_at = at, updated_at = at
  where id = wanted and status = 'PENDING'
  returning to_number into number;
  if number is null then
    return false;
  end if;
  insert into ebra.moves values ('PENDING', 'CANCELED', 1);
  perform ebra.release_numbers(array[number]);
  return true;
end
$$;

-- Notes on an IN_PROGRESS call, once, that it is to end. Its attempt then has a revision that nobody has read, and is due for a look if it can be hung up already.
create function ebra.ask_to_end(wanted uuid, at timestamptz) returns boolean
language plpgsql as $$
declare
  live integer;
  is_asked boolean;
begin
  select last_number, cancel_requested_at is not null into live, is_asked from ebra.calls where id = wanted and status = 'IN_PROGRESS';
  if live is null or is_asked then
    return is_asked is true;
  end if;
  perform from ebra.attempts where call_id = wanted and number = live for no key update;
  update ebra.calls
  set cancel_requested_at = at, updated_at = at
  where id = wanted and status = 'IN_PROGRESS' and last_number = live and cancel_requested_at is null;
  if found then
    update ebra.attempts
    set revision = revision + 1, check_at = case when status = 'PLACING' then check_at else at end
    where call_id = wanted and number = live;
    return true;
  end if;
  return false;
end
$$;

-- Ends PENDING calls that match, oldest first. What is being changed this moment is passed over. Planned anew for each filter, since each has an index of its own.
create function ebra.cancel_pending(for_tenant text, for_script text, created_before timestamptz, how_many integer, injected timestamptz) returns json
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_custom_plan
as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  ids uuid[];
  numbers text[];
begin
  perform ebra.be_durable();
  with chosen as (
    select c.id
    from ebra.calls c
    where c.status = 'PENDING'
      and (for_tenant is null or c.tenant = for_tenant)
      and (for_script is null or c.script_id = for_script)
      and (created_before is null or c.created_at < created_before)
    order by c.id
    limit how_many
    for no key update skip locked
  ), canceled as (
    update ebra.calls c
    set status = 'CANCELED', waits_for = '', next_attempt_at = null, ended_at = at, updated_at = at
    from chosen
    where c.id = chosen.id
    returning c.id, c.to_number
  ), counted as (
    insert into ebra.moves select 'PENDING', 'CANCELED', count(*) from canceled having count(*) > 0
  )
  select array_agg(id), array_agg(to_number) into ids, numbers from canceled;
  perform ebra.release_numbers(numbers);
  return (select coalesce(json_agg(record order by id), '[]') from ebra.call_records where id = any (ids));
end
$$;

-- Blanks what is personal of a call that has ended, and of its attempts, whose revisions rise, so that nothing that was decided before brings it back. Events that were parked under
-- its names go with it.
create function ebra.erase_call(wanted uuid, nobody text, injected timestamptz) returns json
language plpgsql as $$
begin
  perform ebra.be_durable();
  perform from ebra.attempts where call_id = wanted order by number for no key update;
  update ebra.calls
  set to_number = nobody, variables = '{}', metadata = '{}', provider_options = '{}', updated_at = ebra.instant(injected)
  where id = wanted and ended_at is not null;
  if found then
    update ebra.attempts set to_number = nobody, details = '{}', provider_state = '{}', revision = revision + 1 where call_id = wanted;
    delete from ebra.parked_events
    where keys && (
      select array_agg(ebra.key_of(a.provider, id)) || wanted
      from ebra.attempts a
      left join lateral unnest(a.aliases || a.provider_call_id) id on true
      where a.call_id = wanted
    );
    return to_json('erased'::text);
  end if;
  return to_json(case when exists (select from ebra.calls where id = wanted) then 'not-ended' else 'not-found' end);
end
$$;
`,
}
