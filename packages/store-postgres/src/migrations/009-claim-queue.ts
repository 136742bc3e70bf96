import type { Migration } from './migration.ts'

/**
 * The lines in which PENDING calls stand: that of the calls that wait for nothing but their turn (`waits_for` is empty), and one behind whatever holds calls up. A claim walks the
 * lines that are open to it, all together in the order of claims, so that calls behind a busy number, a closed gate or a provider without room cost nothing, however many they are.
 */
export const claimQueue: Migration = {
  number: 9,
  name: 'claim queue',
  minCode: 1,
  sql: `
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

-- How far a claim has come along the lines: behind this call, or where this call would stand.
create type ebra.queue_position as (priority smallint, due timestamptz, id uuid);

-- The next due calls along these lines, behind a position, and the position of the last; there are no more where its priority is null. One priority after the other, so that what is
-- not yet due is never passed.
create function ebra.due_calls(lines text[], at timestamptz, how_many integer, inout behind ebra.queue_position, out ids uuid[])
language plpgsql as $$
declare
  next record;
begin
  ids := '{}';
  while behind.priority is not null loop
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
    behind := ebra.next_level(lines, behind.priority);
  end loop;
end
$$;

-- The position just before the first call along these lines whose priority is the highest below this one. What was claimed since the last vacuum still lies dead at the head of the
-- index: whoever walks on from here steps over it only this once.
create function ebra.next_level(lines text[], below smallint) returns ebra.queue_position
language plpgsql stable as $$
begin
  return (
    select row(c.priority, c.next_attempt_at - interval '1 millisecond', 'ffffffff-ffff-ffff-ffff-ffffffffffff')::ebra.queue_position
    from unnest(lines) line
    cross join lateral (
      select priority, next_attempt_at
      from ebra.calls
      where status = 'PENDING' and waits_for = line and priority < below
      order by priority desc, next_attempt_at, id
      limit 1
    ) c
    order by c.priority desc, c.next_attempt_at
    limit 1
  );
end
$$;

-- When the next call becomes due that waits for nothing else, none having a priority above the highest, or when the next gate lets one through.
create function ebra.next_due(at timestamptz, highest smallint) returns timestamptz
language plpgsql stable as $$
declare
  earliest timestamptz := (select min(not_before) from ebra.gates where closed_at is not null and not_before > at);
begin
  while highest is not null loop
    earliest := least(earliest, (
      select next_attempt_at
      from ebra.calls
      where status = 'PENDING' and waits_for = '' and priority = highest and next_attempt_at > at
      order by next_attempt_at
      limit 1
    ));
    highest := (ebra.next_level('{""}', highest)).priority;
  end loop;
  return earliest;
end
$$;
`,
}
