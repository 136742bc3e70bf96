/** What a claim looks at before it chooses: the room there is, the gates that are shut, and the calls that are due, in order. */
export const claimQueue = `
-- Free slots, and dials that the pace allows now; no pace: null.
create function ebra.room(at timestamptz, out slots integer, out per_second double precision, out tokens double precision)
language plpgsql as $$
declare
  refill double precision;
begin
  select
    coalesce(c.override, c.configured, 0) - (select count(*) from ebra.calls where live_number is not null),
    c.dials_per_second,
    case when c.refilled_at is null then c.dials_per_second else c.dials_per_second * extract(epoch from at - c.refilled_at) end,
    c.tokens
  into slots, per_second, refill, tokens
  from ebra.control c;
  tokens := case when per_second is not null then least(greatest(1, per_second * 0.05), tokens + greatest(0, refill)) end;
end
$$;

-- Scopes under which nothing may be dialed, and those whose time has come: one call may try each.
create function ebra.closed_scopes(at timestamptz, out shut text[], out trial text[])
language plpgsql stable as $$
begin
  select
    coalesce(array_agg(g.scope) filter (where is_shut), '{}'),
    coalesce(array_agg(g.scope) filter (where not is_shut), '{}')
  into shut, trial
  from ebra.gates g
  cross join lateral (
    select coalesce(g.not_before > at, true)
      or exists (select from ebra.attempts a where a.call_id = g.probe_call_id and a.number = g.probe_number and a.status = 'PLACING') as is_shut
  ) state
  where g.closed_at is not null;
end
$$;

-- The lines that a process may take calls from: all but those behind numbers, and those that it knows to be held up.
create function ebra.open_lines(names text[], crowded text[], shut text[]) returns text[]
language plpgsql stable as $$
declare
  lines text[] := '{""}';
  line text := 'a';
begin
  loop
    select waits_for into line from ebra.calls where status = 'PENDING' and waits_for > line order by waits_for limit 1;
    exit when not found;
    if not (
      line = any (shut)
      or (line like 'full:%' and substr(line, 6) = any (crowded))
      or (line like 'other:%' and substr(line, 7) <> all (names))
    ) then
      lines := lines || line;
    end if;
  end loop;
  return lines;
end
$$;

-- How far a claim has come along the lines.
create type ebra.queue_position as (priority smallint, due timestamptz, id uuid);

-- The next due calls along these lines, behind a position, and the position of the last. One priority after the other, so that what is not yet due is never passed.
create function ebra.due_calls(lines text[], at timestamptz, how_many integer, inout behind ebra.queue_position, out ids uuid[])
language plpgsql as $$
declare
  next record;
begin
  ids := '{}';
  loop
    select array_agg(d.id) as ids, max(d.next_attempt_at) as due, (array_agg(d.id))[count(*)] as id
    into next
    from (
      select c.next_attempt_at, c.id
      from unnest(lines) line
      cross join lateral (
        select next_attempt_at, id
        from ebra.calls
        where status = 'PENDING' and waits_for = line and priority = behind.priority
          and next_attempt_at <= at and (next_attempt_at, id) > (behind.due, behind.id)
        order by next_attempt_at, id
        limit how_many
      ) c
      order by c.next_attempt_at, c.id
      limit how_many - cardinality(ids)
    ) d;
    if next.id is not null then
      ids := ids || next.ids;
      behind := row(behind.priority, next.due, next.id);
    end if;
    exit when cardinality(ids) >= how_many;
    behind := row(ebra.next_priority(lines, behind.priority), '-infinity', '00000000-0000-0000-0000-000000000000');
    exit when behind.priority is null;
  end loop;
end
$$;

-- The highest priority along these lines that is lower than this one.
create function ebra.next_priority(lines text[], below smallint) returns smallint
language plpgsql stable as $$
begin
  return (
    select c.priority
    from unnest(lines) line
    cross join lateral (
      select priority from ebra.calls where status = 'PENDING' and waits_for = line and priority < below order by priority desc limit 1
    ) c
    order by 1 desc
    limit 1
  );
end
$$;
`
