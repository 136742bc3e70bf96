import type { Migration } from './migration.ts'

/** What a claim may take: of the cap, of its process's share of it, and of the pace. Read and written under the lock of the cap. */
export const room: Migration = {
  number: 8,
  name: 'room',
  minCode: 1,
  sql: `
-- Free slots, how many of them this process may take, and dials that the pace allows now; no pace: null. While several processes want more than there is, each may have its share of
-- the cap live, so that none of them gets all the work. is_noted: that this process wants more is on record.
create function ebra.room(
  claimer text, beyond_share boolean, at timestamptz,
  out slots integer, out share integer, out per_second double precision, out tokens double precision, out is_noted boolean
)
language plpgsql as $$
declare
  capacity integer;
  refill double precision;
  own integer;
  others integer;
begin
  select
    coalesce(c.override, c.configured, 0),
    c.dials_per_second,
    case when c.refilled_at is null then c.dials_per_second else c.dials_per_second * extract(epoch from at - c.refilled_at) end,
    c.tokens, live.taken, live.own, wanting.others, wanting.is_noted
  into capacity, per_second, refill, tokens, slots, own, others, is_noted
  from ebra.control c
  cross join (
    select count(*) as taken, count(*) filter (where live_with = hashtext(claimer)) as own from ebra.calls where live_number is not null
  ) live
  cross join (
    select
      count(*) filter (where process_id <> claimer and wanted_at between at - interval '2 s' and at + interval '2 s') as others,
      coalesce(bool_or(process_id = claimer and wanted_at between at - interval '500 ms' and at), false) as is_noted
    from ebra.contenders
  ) wanting;
  slots := capacity - slots;
  share := case when beyond_share or others = 0 then slots else least(slots, ceil(capacity / (others + 1.0)) - own) end;
  tokens := case when per_second is not null then least(greatest(1, per_second * 0.05), tokens + greatest(0, refill)) end;
end
$$;

-- Notes that a process wants more slots than there are. Those that have long been content are forgotten.
create function ebra.contend(claimer text, at timestamptz) returns void
language plpgsql as $$
begin
  delete from ebra.contenders where wanted_at not between at - interval '1 minute' and at + interval '1 minute';
  insert into ebra.contenders values (claimer, at) on conflict (process_id) do update set wanted_at = excluded.wanted_at;
end
$$;
`,
}
