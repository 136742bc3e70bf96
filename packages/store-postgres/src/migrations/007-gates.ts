import type { Migration } from './migration.ts'

/** Gates, which are only ever written under the lock of the cap. */
export const gates: Migration = {
  number: 7,
  name: 'gates',
  minCode: 1,
  sql: `
-- Whoever counts live attempts, claims, or touches a gate or the cap, does so one at a time. Taken in a statement of its own: what follows sees what those before have committed.
create function ebra.lock_cap() returns void
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(1700950625, 'ebra.calls'::regclass::oid::integer);
end
$$;

-- A gate as clients read it. One that only counts is open; one that waits for its probe's answer opens any moment.
create function ebra.gate_record(gate ebra.gates, at timestamptz) returns json
language sql immutable
return json_build_object(
  'scope', gate.scope, 'reason', gate.reason, 'code', gate.code,
  'opens_in_ms', case when gate.reason <> 'paused' then ebra.ms_until(at, coalesce(gate.not_before, at)) end
);

-- Tells the gates what dials met, one report after another; answers with the scopes that closed and opened. A report that came with a write which was not made is passed over: whoever
-- decides that again makes it again.
create function ebra.report_to_gates(reports json, written text[], at timestamptz, out closed text[], out opened text[])
language plpgsql as $$
declare
  report record;
begin
  for report in
    select * from json_to_recordset(reports) r(
      kind text, comes_with_a_write boolean, call_id uuid, number integer, scope text, scopes text[], reason text, code text, retry_after_ms double precision,
      min_ms double precision, max_ms double precision, closes_after integer
    )
  loop
    continue when report.comes_with_a_write and report.call_id || '.' || report.number <> all (written);
    if report.kind = 'open' then
      opened := opened || ebra.open_gates(report.scopes, report.call_id, report.number, at);
    else
      perform ebra.strike(report.call_id, report.scope, at);
      if ebra.close_gate(
        report.scope, report.reason, report.code, report.call_id, report.number, at,
        ebra.span(report.retry_after_ms), ebra.span(report.min_ms), ebra.span(report.max_ms), report.closes_after
      ) then
        closed := closed || report.scope;
      end if;
    end if;
  end loop;
end
$$;

-- Counts a refusal, and closes the gate when there are enough of them. True when it was open until now.
create function ebra.close_gate(
  at_scope text, why text, with_code text, dialed_call uuid, dialed_number integer, at timestamptz,
  asked interval, at_least interval, at_most interval, closes_after integer
) returns boolean
language plpgsql as $$
declare
  gate ebra.gates;
  is_straggler boolean;
begin
  insert into ebra.gates (scope, reason, code, updated_at) values (at_scope, why, with_code, at) on conflict do nothing;
  update ebra.gates set in_a_row = in_a_row + 1, updated_at = at where scope = at_scope returning * into gate;

  -- A refusal out of the burst that closed the gate says nothing new, unless the platform asks for a longer wait.
  is_straggler := gate.not_before > at
    or (gate.closed_at is not null and exists (
      select from ebra.attempts where call_id = dialed_call and number = dialed_number and started_at <= gate.closed_at
    ));
  if is_straggler then
    update ebra.gates set not_before = greatest(not_before, at + asked) where scope = at_scope;
    return false;
  end if;
  if gate.closed_at is null and gate.in_a_row < closes_after then
    update ebra.gates set reason = why, code = with_code where scope = at_scope;
    return false;
  end if;
  update ebra.gates
  set reason = why, code = with_code, closed_at = at, level = least(gate.level + 1, 30), probe_call_id = null, probe_number = null,
      not_before = at + coalesce(asked, least(at_most, at_least * (2 ^ gate.level)))
  where scope = at_scope;
  return gate.closed_at is null;
end
$$;

-- Notes an accepted dial. It opens a gate that it probed, or whose time had come when it was claimed; answers with the scopes that opened.
create function ebra.open_gates(scopes text[], dialed_call uuid, dialed_number integer, at timestamptz) returns text[]
language plpgsql as $$
declare
  opened text[];
begin
  with accepted as (
    update ebra.gates g
    set in_a_row = 0, accepted_at = at, updated_at = at
    where g.scope = any (scopes)
    returning g.scope, g.closed_at is not null and (
      (g.probe_call_id = dialed_call and g.probe_number = dialed_number)
      or exists (select from ebra.attempts where call_id = dialed_call and number = dialed_number and started_at >= g.not_before)
    ) as opens
  )
  select array_agg(scope) into opened from accepted where opens;
  perform ebra.release_gates(opened, at);
  return opened;
end
$$;

-- Opens gates as if they had never closed; answers with how many were closed.
create function ebra.release_gates(scopes text[], at timestamptz) returns integer
language plpgsql as $$
declare
  released integer;
begin
  update ebra.gates
  set closed_at = null, not_before = null, probe_call_id = null, probe_number = null, in_a_row = 0, level = 0, updated_at = at
  where scope = any (scopes) and closed_at is not null;
  get diagnostics released = row_count;
  return released;
end
$$;

-- Counts a refusal against the call that met it: once for as often as others under the same gate were accepted in between. Waits for nobody.
create function ebra.strike(wanted uuid, at_scope text, at timestamptz) returns void
language sql as $$
  update ebra.calls c
  set strike_scope = at_scope, struck_at = at,
      strikes = case
        when c.strike_scope is distinct from at_scope then 1
        when exists (select from ebra.gates g where g.scope = at_scope and g.accepted_at > c.struck_at) then c.strikes + 1
        else c.strikes
      end
  where c.id = (select id from ebra.calls where id = wanted for no key update skip locked);
$$;
`,
}
