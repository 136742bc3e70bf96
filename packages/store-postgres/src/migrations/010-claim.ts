import type { Migration } from './migration.ts'

/** The claim: which due calls a process may dial now, and their attempts. */
export const claim: Migration = {
  number: 10,
  name: 'claim',
  minCode: 1,
  sql: `
-- A provider as a claim knows it: room is null where it has no limit of its own.
create type ebra.claim_provider as (name text, place_timeout_ms double precision, max_concurrent integer, room integer);

-- The providers of a claim, with what they still have room for.
create function ebra.claim_providers(given json) returns ebra.claim_provider[]
language plpgsql stable as $$
begin
  return (
    select array_agg(row(
      p.name, p.place_timeout_ms, p.max_concurrent,
      case when p.max_concurrent is not null then
        p.max_concurrent - (select count(*) from ebra.live_attempts a where a.provider = p.name)
      end
    )::ebra.claim_provider)
    from json_populate_recordset(null::ebra.claim_provider, given) p
  );
end
$$;

-- The gates that stand over a dial.
create function ebra.scopes_of(dialer text, script_id text, from_number text) returns text[]
language sql immutable
return array['provider:' || dialer, 'script:' || dialer || ':' || script_id, 'from:' || from_number];

-- The line behind which a call has to wait, its number apart; null: it need not.
create function ebra.obstacle_to(dialer text, scopes text[], names text[], crowded text[], shut text[]) returns text
language sql immutable
return case
  when dialer <> all (names) then 'other:' || dialer
  when dialer = any (crowded) then 'full:' || dialer
  when scopes[1] = any (shut) then scopes[1]
  when scopes[2] = any (shut) then scopes[2]
  when scopes[3] = any (shut) then scopes[3]
end;

-- Chooses calls to dial, in order, and locks them; what is changed this moment is passed over. A call behind a busy number steps aside at once, others when a hundred stood in the
-- way. At most a thousand are looked at: is_cut says that there may be more, behind says where along the lines. No call there has a priority above the highest.
create function ebra.choose_calls(
  providers ebra.claim_provider[], shut text[], trial text[], wanted integer, at timestamptz,
  out chosen uuid[], out is_cut boolean, out lines text[], out behind ebra.queue_position, out highest smallint
)
language plpgsql as $$
declare
  is_gated constant boolean := cardinality(shut || trial) > 0;
  names text[];
  rooms integer[];
  crowded text[];
  step record;
  looked_at integer := 0;
  numbers text[] := '{}';
  passed uuid[] := '{}';
  obstacles text[] := '{}';
  call record;
  dialer text;
  scopes text[];
  obstacle text;
begin
  select coalesce(array_agg(name order by place), '{}'), array_agg(room order by place), coalesce(array_agg(name) filter (where room <= 0), '{}')
  into names, rooms, crowded
  from unnest(providers) with ordinality p(name, place_timeout_ms, max_concurrent, room, place);
  lines := ebra.open_lines(names, crowded, shut);
  behind := ebra.next_level(lines, 101::smallint);
  highest := behind.priority;
  chosen := '{}';
  while cardinality(chosen) < wanted and looked_at < 1000 loop
    select * into step from ebra.due_calls(lines, at, greatest(wanted - cardinality(chosen), least(looked_at, 200)), behind);
    behind := step.behind;
    exit when cardinality(step.ids) = 0;
    looked_at := looked_at + cardinality(step.ids);
    for call in
      select c.id, c.last_number, c.provider, c.script_id, c.to_number, c.from_number, c.exclusive, c.exclusive and exists (
        select from ebra.calls live where live.live_number = c.to_number
      ) as is_busy
      from ebra.calls c
      where c.id = any (step.ids) and c.status = 'PENDING' and (c.expires_at is null or c.expires_at > at)
      order by c.priority desc, c.next_attempt_at, c.id
      for no key update skip locked
    loop
      exit when cardinality(chosen) = wanted;
      dialer := coalesce(call.provider, names[1]);
      scopes := case when is_gated then ebra.scopes_of(dialer, call.script_id, call.from_number) end;
      obstacle := ebra.obstacle_to(dialer, scopes, names, crowded, shut);
      if obstacle is null and call.exclusive and (call.is_busy or call.to_number = any (numbers)) then
        obstacle := call.to_number;
      end if;
      if obstacle is not null then
        passed := passed || call.id;
        obstacles := obstacles || obstacle;
        continue;
      end if;
      chosen := chosen || call.id;
      numbers := numbers || call.to_number;
      if trial && scopes then
        shut := shut || ebra.send_probe(call.id, call.last_number + 1, scopes, trial);
      end if;
      if rooms[array_position(names, dialer)] is not null then
        rooms[array_position(names, dialer)] := rooms[array_position(names, dialer)] - 1;
        crowded := array(select names[i] from generate_subscripts(names, 1) i where rooms[i] <= 0);
      end if;
    end loop;
  end loop;
  is_cut := looked_at >= 1000 and cardinality(chosen) < wanted;
  perform ebra.step_aside(passed, obstacles, numbers, cardinality(passed) > 100);
end
$$;

-- A call is about to try gates whose time has come: nothing else is, until it is answered. Answers with their scopes.
create function ebra.send_probe(by_call uuid, by_number integer, scopes text[], trial text[]) returns text[]
language sql as $$
  with probed as (
    update ebra.gates g set probe_call_id = by_call, probe_number = by_number
    where g.scope = any (scopes) and g.scope = any (trial)
    returning g.scope
  )
  select array_agg(scope) from probed;
$$;

-- Puts calls behind what held them up. Behind a number only where an attempt to it will still be live when this commits, so that its end is sure to see who waits: one that was claimed
-- just now, or one that nobody is writing.
create function ebra.step_aside(ids uuid[], obstacles text[], claimed_numbers text[], all_of_them boolean) returns void
language plpgsql as $$
declare
  busy text[];
begin
  if ids = '{}' then
    return;
  end if;
  busy := claimed_numbers || array(
    select live_number from ebra.calls where live_number = any (obstacles) for share skip locked
  );
  update ebra.calls c
  set waits_for = o.obstacle
  from unnest(ids, obstacles) o(id, obstacle)
  where c.id = o.id and (o.obstacle = any (busy) or (all_of_them and o.obstacle >= 'a'));
end
$$;

-- Makes attempts of calls that were chosen; answers with both, in the order in which they were.
create function ebra.start_attempts(
  chosen uuid[], providers ebra.claim_provider[], send_window interval, process_id text, turn_number bigint, at timestamptz
) returns json
language plpgsql as $$
declare
  claimed json;
begin
  with started as (
    update ebra.calls c
    set status = 'IN_PROGRESS', waits_for = '', live_number = c.to_number, live_with = hashtext(process_id), attempts = c.attempts + 1, last_number = c.last_number + 1, next_attempt_at = null,
        started_at = coalesce(c.started_at, at), updated_at = at
    where c.id = any (chosen)
    returning c as call, c.*
  ), made as (
    insert into ebra.attempts as a (
      call_id, number, provider, to_number, from_number, script_id, claimed_by, claimed_turn, started_at, last_sign_at, send_by, answer_by, check_at
    )
    select c.id, c.last_number, p.name, c.to_number, c.from_number, c.script_id, process_id, turn_number, at, at, send_by, answer_by, answer_by
    from started c
    join unnest(providers) p on p.name = coalesce(c.provider, (providers[1]).name)
    cross join lateral (select least(at + send_window, c.expires_at) as send_by) sent
    cross join lateral (select send_by + ebra.span(p.place_timeout_ms) as answer_by) answered
    returning a as attempt, a.call_id
  ), counted as (
    insert into ebra.moves values ('PENDING', 'IN_PROGRESS', cardinality(chosen))
  )
  select json_agg(json_build_object('attempt', ebra.attempt_values(attempt), 'call', ebra.call_values(call), 'last', null, 'strikes', case
    when strike_scope is null then 0
    when (select accepted_at from ebra.gates where scope = strike_scope) > struck_at then strikes
    else greatest(0, strikes - 1)
  end) order by array_position(chosen, call_id))
  into claimed
  from made join started on started.id = made.call_id;
  perform ebra.mark_joinable(chosen);
  return claimed;
end
$$;

-- Claims under the lock of the cap. next_due says when a claim could do more, as far as is known; null: nobody knows of anything.
create function ebra.claim(
  want json, process_id text, turn_number bigint, at timestamptz, out claimed json, out left_to_others boolean, out next_due timestamptz
)
language plpgsql as $$
declare
  params record;
  closed record;
  room record;
  providers ebra.claim_provider[];
  free integer;
  choice record;
  taken integer;
  is_more_due boolean := false;
  is_short boolean := false;
begin
  select * into closed from ebra.closed_scopes(at);
  if '*' = any (closed.shut) then
    return;
  end if;
  select * into params from json_to_record(want) p("limit" integer, beyond_share boolean, send_window_ms double precision, providers json);
  select * into room from ebra.room(process_id, params.beyond_share, at);
  if room.slots <= 0 and room.is_noted then
    return;
  end if;
  free := greatest(0, least(room.share, coalesce(floor(room.tokens + 1e-9), room.share)));
  providers := ebra.claim_providers(params.providers);
  select * into choice from ebra.choose_calls(providers, closed.shut, closed.trial, least(params."limit", free), at);
  taken := cardinality(choice.chosen);
  if taken > 0 then
    claimed := ebra.start_attempts(choice.chosen, providers, ebra.span(params.send_window_ms), process_id, turn_number, at);
    if room.per_second is not null then
      update ebra.control set tokens = room.tokens - taken, refilled_at = greatest(refilled_at, at);
    end if;
  end if;

  if taken = least(params."limit", free) and not (taken >= room.slots and room.is_noted) then
    is_more_due := cardinality((ebra.due_calls(choice.lines, at, 1, choice.behind)).ids) > 0;
    is_short := is_more_due and taken < params."limit" and taken >= room.share;
  end if;
  if is_short and not room.is_noted then
    perform ebra.contend(process_id, at);
  end if;
  left_to_others := is_short and taken < room.slots;

  -- What is due beyond the limit can be claimed at once, what is due beyond the pace later; for a slot there is no time, since whoever frees one says so.
  next_due := case
    when taken >= room.slots then null
    when choice.is_cut or (is_more_due and taken < free) then at
    else least(
      case when is_more_due and taken < room.share then at + make_interval(secs => (1 + taken - room.tokens) / room.per_second) end,
      ebra.next_due(at, choice.highest)
    )
  end;
end
$$;
`,
}
