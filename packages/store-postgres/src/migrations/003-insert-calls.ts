import type { Migration } from './migration.ts'

/** Enqueue. The record of a call that was inserted is what was given, so that only its date has to come back. */
export const insertCalls: Migration = {
  number: 3,
  name: 'insert calls',
  minCode: 1,
  sql: `
-- A call as it is enqueued.
create type ebra.new_call as (
  id uuid,
  tenant text,
  to_number text,
  from_number text,
  script_id text,
  variables json,
  metadata json,
  provider text,
  provider_options json,
  priority smallint,
  exclusive boolean,
  max_attempts smallint,
  retry_of uuid,
  scheduled_at timestamptz,
  expires_at timestamptz,
  idempotency_key text,
  idempotency_fingerprint text
);

-- Inserts all of so many calls, or none if a key is reused for other input. Where some were not inserted, 'known' says who bears their keys. A channel is told of it with the commit,
-- in the name of the sender.
create function ebra.insert_calls(given ebra.new_call[], how_many integer, channel text, sender text, injected timestamptz) returns json
language plpgsql as $$
declare
  at constant timestamptz(3) := ebra.instant(injected);
  inserted integer;
  known json;
begin
  perform ebra.be_durable();
  with added as (
    insert into ebra.calls (
      id, tenant, to_number, from_number, script_id, variables, metadata, provider, provider_options, priority, exclusive, max_attempts, retry_of,
      scheduled_at, expires_at, idempotency_key, idempotency_fingerprint, next_attempt_at, created_at, updated_at
    )
    select
      id, tenant, to_number, from_number, script_id, variables, metadata, provider, provider_options, priority, exclusive, max_attempts, retry_of,
      scheduled_at, expires_at, idempotency_key, idempotency_fingerprint, coalesce(scheduled_at, at), at, at
    from unnest(given)
    on conflict (idempotency_key, tenant) where idempotency_key is not null do nothing
    returning id
  ), counted as (
    insert into ebra.moves select null, 'PENDING', count(*) from added having count(*) > 0
  )
  select count(*) into inserted from added;

  if inserted < how_many then
    known := ebra.bearers_of(given);
    if exists (select from json_array_elements(known) bearer where not (bearer ->> 'same')::boolean) then
      perform ebra.take_back(given);
      inserted := 0;
    end if;
  end if;
  if inserted > 0 and channel is not null then
    perform pg_notify(channel, sender);
  end if;
  return json_build_object('now', at, 'known', known);
end
$$;

-- Undoes an insert that this transaction has just made.
create function ebra.take_back(given ebra.new_call[]) returns void
language plpgsql as $$
begin
  with gone as (
    delete from ebra.calls where id = any (array(select id from unnest(given))) returning id
  )
  insert into ebra.moves select 'PENDING', null, count(*) from gone having count(*) > 0;
end
$$;

-- For each of the calls that was not inserted: which call bears its key, and whether its input was the same.
create function ebra.bearers_of(given ebra.new_call[]) returns json
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
  from unnest(given) n
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
