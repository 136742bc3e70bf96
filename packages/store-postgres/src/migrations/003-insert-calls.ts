import type { Migration } from './migration.ts'

/** Enqueue. The record of a call that was inserted is what was given, so that only its date has to come back. */
export const insertCalls: Migration = {
  number: 3,
  name: 'insert calls',
  minCode: 1,
  sql: `
-- Inserts all, or none if a key is reused for other input. 'replayed' names the bearers of keys that were known, 'refused' those of keys that were reused.
-- A channel is told of it with the commit, which is then a host's own.
create function ebra.insert_calls(given json, channel text, injected timestamptz) returns json
language plpgsql as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  wanted constant integer := json_array_length(given);
  inserted integer;
  known json;
begin
  perform ebra.be_durable();
  insert into ebra.calls (
    id, tenant, to_number, from_number, script_id, variables, metadata, provider, provider_options, priority, exclusive, max_attempts, retry_of,
    scheduled_at, expires_at, idempotency_key, idempotency_fingerprint, next_attempt_at, created_at, updated_at
  )
  select
    id, tenant, to_number, from_number, script_id, variables, metadata, provider, provider_options, priority, exclusive, max_attempts, retry_of,
    scheduled_at, expires_at, idempotency_key, idempotency_fingerprint, coalesce(scheduled_at, at), at, at
  from json_populate_recordset(null::ebra.calls, given)
  on conflict (idempotency_key, tenant) where idempotency_key is not null do nothing;
  get diagnostics inserted = row_count;

  if inserted < wanted then
    known := ebra.bearers_of(given);
    if exists (select from json_array_elements(known) bearer where not (bearer ->> 'same')::boolean) then
      delete from ebra.calls where id in (select id from json_populate_recordset(null::ebra.calls, given));
      inserted := 0;
    end if;
  end if;
  if inserted > 0 then
    insert into ebra.moves values (null, 'PENDING', inserted);
  end if;
  if inserted > 0 and channel is not null then
    perform pg_notify(channel, '');
  end if;
  return json_build_object('now', at, 'known', known);
end
$$;

-- For each of the calls that was not inserted: which call bears its key, and whether its input was the same.
create function ebra.bearers_of(given json) returns json
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  known json;
  is_gone boolean;
begin
  select
    json_agg(json_build_object('id', n.id, 'same', bearer.idempotency_fingerprint = n.idempotency_fingerprint, 'record', r.record)),
    bool_or(bearer.id is null)
  into known, is_gone
  from json_populate_recordset(null::ebra.calls, given) n
  left join ebra.calls own on own.id = any (array[n.id])
  left join ebra.calls bearer on bearer.idempotency_key = any (array[n.idempotency_key]) and bearer.tenant is not distinct from n.tenant
  left join ebra.call_records r on r.id = any (array[bearer.id])
  where own.id is null;
  if is_gone then
    raise exception 'the bearer of a key was deleted meanwhile' using errcode = 'serialization_failure';
  end if;
  return known;
end
$$;
`,
}
