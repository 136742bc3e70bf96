import type { Migration } from './migration.ts'

/** A turn: everything that a process wants to write and claim, in one round trip and one commit. */
export const commitTurn: Migration = {
  number: 11,
  name: 'commit turn',
  minCode: 1,
  sql: `
-- Writes, then gates, expiry and the claim. Whatever may have to wait for others comes before the lock of the cap; behind it rows that are locked are passed over.
--
-- VOLATILE, so that each statement sees what was committed before it: a count sees what whoever held the lock before has claimed. Under another isolation it would not.
-- Its plans are made once in a session, when the tables may be empty, and kept while they grow: they have to be right for large ones from the first. So no table is ever read from
-- end to end, and rows are joined by = any (array[…]), which can only look them up: a plain = would let the planner walk a whole index instead, as long as that is small.
create function ebra.commit_turn(turn json, lines ebra.attempt_write[], injected timestamptz) returns json
language plpgsql volatile
set enable_seqscan = off
set enable_bitmapscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  t record;
  at constant timestamptz(3) := ebra.instant(injected);
  done record;
  written text[] := '{}';
  freed text[];
  closed text[];
  opened text[];
  expired json;
  claimed json;
  left_to_others boolean;
  next_due timestamptz;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'a turn needs READ COMMITTED, not %', upper(current_setting('transaction_isolation')) using errcode = 'EB001';
  end if;
  perform ebra.be_durable(), set_config('lock_timeout', '5s', true);
  select * into t from json_to_record(turn) as t(
    process_id text, number bigint, abandoned bigint[], seen json, unparked json, parked json, gates json, expire_due boolean, claim json
  );

  if t.abandoned is not null then
    select * into done from ebra.apply_writes(ebra.abandoned_lines(t.process_id, t.abandoned), at);
    freed := done.freed;
  end if;
  if cardinality(lines) > 0 then
    select * into done from ebra.apply_writes(lines, at);
    written := done.written;
    freed := freed || done.freed;
  end if;
  if t.seen is not null or t.unparked is not null or t.parked is not null then
    perform ebra.note_events(t.seen, t.unparked, t.parked, at);
  end if;
  if freed is not null then
    perform ebra.release_numbers(freed);
  end if;

  if t.claim is not null or t.gates is not null then
    perform ebra.lock_cap();
  end if;
  if t.gates is not null then
    select * into closed, opened from ebra.report_to_gates(t.gates, written, at);
  end if;
  if t.expire_due then
    expired := ebra.expire_due(at);
  end if;
  if t.claim is not null then
    select * into claimed, left_to_others, next_due from ebra.claim(t.claim, t.process_id, t.number, at);
  end if;
  if t.claim is not null or t.expire_due then
    next_due := least(next_due, ebra.next_deadline(at, t.expire_due));
  end if;

  return json_build_object(
    'now', at, 'written', case when cardinality(written) < cardinality(lines) then to_json(written) end, 'claimed', claimed, 'expired', expired,
    'gates', (select json_agg(ebra.gate_record(g, at) order by g.scope) from ebra.gates g where g.closed_at is not null or g.in_a_row > 0),
    'closed', closed,
    'opened', case when opened is not null then (select json_agg(ebra.gate_record(g, at)) from ebra.gates g where g.scope = any (opened)) end,
    -- What was parked lately counts, for the reason that find_joinable gives.
    'may_join', exists (select from ebra.parked_events where is_joinable) or exists (select from ebra.parked_events where parked_at > at - interval '90 seconds'),
    'left_to_others', left_to_others,
    'next_due_in_ms', ebra.ms_until(at, next_due)
  );
end
$$;

-- Ends PENDING calls whose deadline has passed, a thousand at most. What is changed this moment is left for the next turn.
create function ebra.expire_due(at timestamptz) returns json
language plpgsql as $$
declare
  ids uuid[];
  numbers text[];
begin
  if not exists (select from ebra.calls where status = 'PENDING' and expires_at <= at) then
    return null;
  end if;
  with due as (
    select id from ebra.calls where status = 'PENDING' and expires_at <= at order by expires_at limit 1000 for no key update skip locked
  ), ended as (
    update ebra.calls c
    set status = 'EXPIRED', waits_for = '', next_attempt_at = null, ended_at = at, updated_at = at
    from due
    where c.id = due.id
    returning c.id, c.to_number
  ), counted as (
    insert into ebra.moves select 'PENDING', 'EXPIRED', count(*) from ended having count(*) > 0
  )
  select array_agg(id), array_agg(to_number) into ids, numbers from ended;
  if ids is null then
    return null;
  end if;
  perform ebra.release_numbers(numbers);
  return (select json_agg(record) from ebra.call_records where id = any (ids));
end
$$;

-- The earliest deadline of a PENDING call; one that has passed counts only where somebody ends such calls.
create function ebra.next_deadline(at timestamptz, with_passed boolean) returns timestamptz
language plpgsql stable as $$
begin
  return (
    select expires_at
    from ebra.calls
    where status = 'PENDING' and expires_at is not null and expires_at > case when with_passed then '-infinity' else at end
    order by expires_at
    limit 1
  );
end
$$;
`,
}
