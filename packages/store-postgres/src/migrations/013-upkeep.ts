import type { Migration } from './migration.ts'

/** Figures for operators, and what keeps the tables small. */
export const upkeep: Migration = {
  number: 13,
  name: 'upkeep',
  minCode: 1,
  sql: `
-- Figures, none of which takes longer with more calls.
create function ebra.metrics(injected timestamptz) returns json
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  oldest constant timestamptz := ebra.oldest_due();
begin
  return (
    select json_build_object(
      'counts', (select json_agg(c) from ebra.call_counts c),
      'live', live.total, 'held', live.held, 'unconfirmed', live.unconfirmed,
      'parked', (select count(*) from ebra.parked_events),
      'dropped', (select dropped_events from ebra.installation),
      'overdue_seconds', case when oldest <= at then extract(epoch from at - oldest) end
    )
    from (
      select
        count(*) as total,
        count(*) filter (where status = 'HELD') as held,
        count(*) filter (where status = 'UNCONFIRMED') as unconfirmed
      from ebra.live_attempts
    ) live
  );
end
$$;

-- When the call that is due the longest became due, whatever it waits for: the head of each line, priority by priority.
create function ebra.oldest_due() returns timestamptz
language sql stable as $$
  with recursive head(waits_for, priority) as (
    (select waits_for, priority from ebra.calls where status = 'PENDING' order by waits_for, priority desc limit 1)
    union all
    select next.waits_for, next.priority
    from head
    cross join lateral (
      (
        select c.waits_for, c.priority
        from ebra.calls c
        where c.status = 'PENDING' and c.waits_for = head.waits_for and c.priority < head.priority
        order by c.priority desc
        limit 1
      )
      union all
      (
        select c.waits_for, c.priority
        from ebra.calls c
        where c.status = 'PENDING' and c.waits_for > head.waits_for
        order by c.waits_for, c.priority desc
        limit 1
      )
      limit 1
    ) next
  )
  select min((
    select c.next_attempt_at
    from ebra.calls c
    where c.status = 'PENDING' and c.waits_for = head.waits_for and c.priority = head.priority
    order by c.next_attempt_at
    limit 1
  ))
  from head;
$$;

-- Adds up the lines that have piled up. The sums stay what they are, whoever reads or writes meanwhile.
create function ebra.add_up_moves() returns void
language sql as $$
  with taken as (
    delete from ebra.moves where ctid = any (array(select ctid from ebra.moves for update skip locked))
    returning from_status, to_status, calls
  )
  insert into ebra.moves select from_status, to_status, sum(calls) from taken group by 1, 2;
$$;

-- The smallest id that is made at an instant, or later: the first 48 bits of an id are its milliseconds since 1970.
create function ebra.first_id_at(at timestamptz) returns uuid
language sql immutable
return rpad(lpad(to_hex(greatest(0, floor(1000 * extract(epoch from at)))::bigint), 12, '0'), 32, '0')::uuid;

-- Deletes calls that ended longer ago, with their attempts and the ids by which providers knew them, and parked events that nobody waits for any longer. Attempts are locked first:
-- until then a late event may bring a call back. Calls are found from the oldest id on, status by status, so that nothing is read of those that wait, or that came since; one whose
-- host's clock was ahead goes that much later.
create function ebra.prune(older_than_ms double precision, how_many integer, injected timestamptz) returns integer
language plpgsql
set enable_seqscan = off
set enable_bitmapscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  ended_before constant timestamptz := at - ebra.span(older_than_ms);
  newest constant uuid := ebra.first_id_at(ended_before);
  pruned integer;
  old uuid[] := array(
    select c.id
    from unnest('{COMPLETED,FAILED,EXPIRED,CANCELED}'::text[]) ended(status)
    cross join lateral (
      select id
      from ebra.calls
      where status = ended.status and live_number is null and id < newest and ended_at < ended_before
      order by id
      limit how_many
    ) c
    limit how_many
  );
begin
  perform ebra.be_durable();
  perform from ebra.attempts where call_id = any (old) order by call_id, number for update;
  old := array(select id from ebra.calls where id = any (old) and ended_at < ended_before);
  with gone as (
    delete from ebra.attempts where call_id = any (old)
    returning call_id, provider, aliases || provider_call_id as ids
  )
  delete from ebra.provider_ids k
  using gone g, unnest(g.ids) id
  where k.key = any (array[ebra.key_of(g.provider, id)]) and k.call_id = any (array[g.call_id]);
  with gone as (
    delete from ebra.calls where id = any (old) returning status
  ), counted as (
    insert into ebra.moves select status, null, count(*) from gone group by status
  )
  select count(*) into pruned from gone;
  perform ebra.drop_parked_events(at - greatest(interval '1 day', ebra.span(older_than_ms)));
  return pruned;
end
$$;

-- Drops parked events from before then, and the oldest beyond a hundred thousand, and counts them.
create function ebra.drop_parked_events(parked_before timestamptz) returns void
language sql as $$
  with dropped as (
    delete from ebra.parked_events
    where parked_at < parked_before or key in (
      select key from ebra.parked_events order by parked_at desc, position desc offset 100000
    )
    returning key
  )
  update ebra.installation set dropped_events = dropped_events + gone.events
  from (select count(*) as events from dropped) gone
  where gone.events > 0;
$$;

-- Drops events that were seen more than a week ago, once an hour: where pages have been used again, old and new lie side by side, and all are read.
create function ebra.forget_seen_events(at timestamptz) returns void
language plpgsql as $$
begin
  update ebra.installation set forgot_seen_at = at where forgot_seen_at <= at - interval '1 hour';
  if found then
    delete from ebra.seen_events where seen_at < at - interval '7 days';
  end if;
end
$$;

-- Now and then: events that are too old, parked ones that have become joinable unseen, gates that have long been open, calls behind numbers that are free, and the counts.
create function ebra.sweep(parked_for_ms double precision, injected timestamptz) returns void
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
begin
  perform ebra.drop_parked_events(at - ebra.span(parked_for_ms));
  update ebra.parked_events p set is_joinable = true from ebra.joinable_events j where not j.is_joinable and p.key = j.key;
  perform ebra.forget_seen_events(at);
  perform ebra.release_numbers(ebra.free_numbers());
  perform ebra.add_up_moves();
  if exists (select from ebra.gates where closed_at is null and updated_at < at - interval '1 hour') then
    perform ebra.lock_cap();
    delete from ebra.gates where closed_at is null and updated_at < at - interval '1 hour';
  end if;
end
$$;

-- Numbers for which calls wait although no attempt to them is live.
create function ebra.free_numbers() returns text[]
language sql stable as $$
  with recursive waited(number) as (
    select min(waits_for) from ebra.calls where status = 'PENDING' and waits_for > '' and waits_for < 'a'
    union all
    select (select min(c.waits_for) from ebra.calls c where c.status = 'PENDING' and c.waits_for > waited.number and c.waits_for < 'a')
    from waited
    where waited.number is not null
  )
  select array_agg(waited.number)
  from waited
  where waited.number is not null and not exists (select from ebra.calls live where live.live_number = waited.number);
$$;
`,
}
