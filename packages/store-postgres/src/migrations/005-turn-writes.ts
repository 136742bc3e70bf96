import type { Migration } from './migration.ts'

/** The first half of a turn: what core decided since the turn before. */
export const turnWrites: Migration = {
  number: 5,
  name: 'turn writes',
  minCode: 1,
  sql: `
-- One line of a turn: the next state of an attempt, and how its call moves with it (to_status null: not at all). What is seen, or named, decides whether it holds.
create type ebra.attempt_write as (
  call_id uuid,
  number integer,
  revision integer,
  status text,
  phase text,
  outcome text,
  error json,
  details json,
  put_back boolean,
  provider_call_id text,
  aliases text[],
  provider_state json,
  is_sign boolean,
  check_in_ms double precision,
  from_status text,
  to_status text,
  call_outcome text,
  last_error json,
  attempts smallint,
  due_in_ms double precision,
  seen text[],
  named_by text[]
);

-- Writes each line whose guards hold, in the order of the calls' ids, an attempt before its call: as everybody does, so that nobody waits in a circle. An attempt's revision is
-- looked at again after waiting for its row; its call can have moved without it only by leaving PENDING, and then the whole turn is run again. Answers with the names of the
-- attempts that were written, and with the numbers of those that are not live.
create function ebra.apply_writes(lines ebra.attempt_write[], at timestamptz, out written text[], out freed text[])
language plpgsql as $$
declare
  put_back uuid[];
  names uuid[];
  is_overtaken boolean;
  is_torn boolean;
begin
  with line as (
    select * from unnest(lines) order by call_id, number
  ), wrote as (
    update ebra.attempts a
    set status = w.status, phase = w.phase, outcome = w.outcome, error = w.error, put_back = w.put_back, provider_call_id = w.provider_call_id,
        aliases = w.aliases, provider_state = w.provider_state, revision = a.revision + 1,
        details = case when c.to_number = '+00000000' then '{}' else w.details end,
        last_sign_at = case when w.is_sign then at else a.last_sign_at end,
        check_at = coalesce(at + ebra.span(w.check_in_ms), a.check_at),
        ended_at = case when w.status = 'ENDED' then coalesce(a.ended_at, at) end
    from line w
    join ebra.calls c on c.id = any (array[w.call_id])
    where a.call_id = any (array[w.call_id]) and a.number = w.number and a.revision = w.revision
      and (w.to_status is null or (c.status = w.from_status and c.last_number = w.number))
      and (w.seen is null or not exists (
        select from unnest(w.seen) id
        cross join lateral (select from ebra.seen_events where key = ebra.key_of(a.provider, id) and seen_at >= at - interval '7 days' offset 0) s
      ))
      and (w.named_by is null or not exists (
        select from unnest(w.named_by) id
        cross join lateral (select call_id, number from ebra.provider_ids where key = ebra.key_of(a.provider, id) offset 0) k
        where k.call_id <> a.call_id or k.number <> a.number
      ))
    returning a.call_id, a.number, a.provider, a.to_number, a.claimed_by, a.ended_at is not null as has_ended, a.put_back,
      a.aliases || a.provider_call_id as ids, c.live_number is not null and c.last_number = a.number as was_live,
      w.from_status, w.to_status, w.call_outcome, w.last_error, w.attempts, w.due_in_ms, w.seen
  ), moved as (
    update ebra.calls c
    set status = w.to_status, outcome = w.call_outcome, last_error = w.last_error, attempts = w.attempts, waits_for = '', updated_at = at,
        live_number = case when w.to_status = 'IN_PROGRESS' then w.to_number end,
        live_with = case when w.to_status = 'IN_PROGRESS' then hashtext(w.claimed_by) end,
        next_attempt_at = case when w.to_status = 'PENDING' then at + ebra.span(coalesce(w.due_in_ms, 0)) end,
        ended_at = case when w.to_status in ('PENDING', 'IN_PROGRESS') then null when w.to_status = c.status then c.ended_at else at end
    from wrote w
    where c.id = any (array[w.call_id]) and w.to_status is not null and c.status = w.from_status and c.last_number = w.number
    returning w.from_status, c.status, w.has_ended, c.live_number is not null as is_live
  ), counted as (
    insert into ebra.moves select from_status, status, count(*) from moved group by 1, 2
  ), named as (
    insert into ebra.provider_ids
    select name.key, w.call_id, w.number
    from wrote w
    cross join lateral unnest(w.ids) id
    cross join lateral (select ebra.key_of(w.provider, id) as key) name
    where id is not null and not exists (
      select from ebra.provider_ids k where k.key = any (array[name.key]) and k.call_id = w.call_id and k.number = w.number
    )
    returning key
  ), noted as (
    insert into ebra.seen_events
    select ebra.key_of(w.provider, id), at from wrote w cross join lateral unnest(w.seen) id
  )
  select
    coalesce(array_agg(call_id || '.' || number), '{}'),
    array_agg(to_number) filter (where has_ended),
    array_agg(call_id) filter (where w.put_back),
    (select array_agg(key) from named),
    count(to_status) <> (select count(*) from moved),
    bool_or(has_ended = was_live) filter (where to_status is null) or (select bool_or(has_ended = is_live) from moved)
  into written, freed, put_back, names, is_overtaken, is_torn
  from wrote w;
  if is_overtaken then
    raise exception 'a call moved while its attempt was written' using errcode = 'serialization_failure';
  end if;
  if is_torn then
    raise exception 'an attempt is live if, and only if, it is the last of a call in progress' using errcode = 'check_violation';
  end if;
  if put_back is not null then
    perform ebra.shorten_histories(put_back);
  end if;
  if names is not null then
    perform ebra.mark_joinable(names);
  end if;
end
$$;

-- Keeps of every run of put-backs only the last.
create function ebra.shorten_histories(call_ids uuid[]) returns void
language sql as $$
  with dropped as (
    delete from ebra.attempts a
    where a.call_id = any (call_ids) and a.put_back and exists (
      select from ebra.attempts next
      where next.call_id = a.call_id and next.put_back and next.number = (
        select min(later.number) from ebra.attempts later where later.call_id = a.call_id and later.number > a.number
      )
      offset 0
    )
    returning a.provider, a.call_id, a.number, a.aliases || a.provider_call_id as ids
  )
  delete from ebra.provider_ids k
  using dropped d, unnest(d.ids) id
  where k.key = any (array[ebra.key_of(d.provider, id)]) and k.call_id = any (array[d.call_id]) and k.number = d.number;
$$;

-- What turns of a process claimed whose COMMIT was never answered, as lines that put it back: none of it was dialed.
create function ebra.abandoned_lines(process_id text, turns bigint[]) returns ebra.attempt_write[]
language sql stable as $$
  select array_agg(row(
    a.call_id, a.number, a.revision, 'ENDED', a.phase, a.outcome, a.error, a.details, true, a.provider_call_id, a.aliases, a.provider_state, false, null,
    c.status, case when c.cancel_requested_at is null then 'PENDING' else 'CANCELED' end, c.outcome, c.last_error, c.attempts - 1, 0, null, null
  )::ebra.attempt_write)
  from ebra.live_attempts a
  join ebra.calls c on c.id = a.call_id
  where a.status = 'PLACING' and a.claimed_by = process_id and a.claimed_turn = any (turns);
$$;
`,
}
