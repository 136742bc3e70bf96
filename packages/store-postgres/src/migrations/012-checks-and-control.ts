import type { Migration } from './migration.ts'

/** Looks at silent attempts, and the cap in the hands of operators. */
export const checksAndControl: Migration = {
  number: 12,
  name: 'checks and control',
  minCode: 1,
  sql: `
-- Leases live attempts that somebody should look at, the most overdue first: those of our providers when their time has come, those of others once they are stale. Nobody relies on a
-- lease after a crash, so it need not reach the disk.
create function ebra.claim_checks(how_many integer, lease_ms double precision, providers text[], stale_after_ms double precision, injected timestamptz)
returns json
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  due json;
  next_due timestamptz;
begin
  perform set_config('synchronous_commit', 'off', true);
  with chosen as (
    select a.call_id, a.number
    from ebra.calls c
    join ebra.attempts a on a.call_id = any (array[c.id]) and a.number = c.last_number
    where c.live_number is not null and ebra.look_at(a.provider = any (providers), a.check_at, a.last_sign_at, stale_after_ms) <= at
    order by a.check_at, a.call_id
    limit how_many
    for no key update of a skip locked
  ), leased as (
    update ebra.attempts a set check_at = at + ebra.span(lease_ms)
    from chosen
    where a.call_id = any (array[chosen.call_id]) and a.number = chosen.number
    returning a as attempt
  )
  select json_agg(json_build_object('attempt', ebra.attempt_values(attempt), 'call', ebra.call_values(c), 'last', ebra.last_values(attempt)))
  into due
  from leased
  join ebra.calls c on c.id = any (array[(attempt).call_id]);
  select min(ebra.look_at(a.provider = any (providers), a.check_at, a.last_sign_at, stale_after_ms)) into next_due from ebra.live_attempts a;
  return json_build_object('now', at, 'due', due, 'next_due_in_ms', ebra.ms_until(at, next_due));
end
$$;

-- When a process that has these providers should look at a live attempt.
create function ebra.look_at(is_ours boolean, check_at timestamptz, last_sign_at timestamptz, stale_after_ms double precision) returns timestamptz
language sql immutable
return case when is_ours then check_at else greatest(check_at, last_sign_at + ebra.span(stale_after_ms)) end;

-- The cap, the pace and the gates as they are.
create function ebra.control_record(at timestamptz) returns json
language sql stable as $$
  select json_build_object(
    'configured', configured, 'override', override, 'dials_per_second', dials_per_second,
    'gates', (select json_agg(ebra.gate_record(g, at) order by g.scope) from ebra.gates g where g.closed_at is not null)
  )
  from ebra.control;
$$;

-- The same, for clients.
create function ebra.read_control(injected timestamptz) returns json
language sql volatile
return ebra.control_record(ebra.instant(injected));

-- Changes what 'change' names: configured, override, dials_per_second, paused, release_gate.
create function ebra.write_control(change json, injected timestamptz) returns json
language plpgsql as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  old ebra.control;
  new ebra.control;
  is_released boolean := false;
begin
  perform ebra.be_durable();
  perform ebra.lock_cap();
  select * into old from ebra.control;
  new := json_populate_record(old, change);
  update ebra.control set configured = new.configured, override = new.override, dials_per_second = new.dials_per_second;
  if (change ->> 'paused')::boolean then
    insert into ebra.gates (scope, reason, code, closed_at, updated_at) values ('*', 'paused', 'paused', at, at)
    on conflict (scope) do update set closed_at = coalesce(gates.closed_at, at), updated_at = at;
  elsif not (change ->> 'paused')::boolean then
    perform ebra.release_gates('{*}', at);
  end if;
  if change ->> 'release_gate' is not null then
    is_released := ebra.release_gates(array[change ->> 'release_gate'], at) > 0;
  end if;
  return json_build_object('control', ebra.control_record(at), 'released', is_released);
end
$$;
`,
}
