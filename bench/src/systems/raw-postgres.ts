import type { Pool } from 'pg'
import type { Platform } from '../platform.ts'
import { type CallInput, type Client, cap, partOf } from '../system.ts'
import { runTurns, type Turn } from './turn-loop.ts'

/** What SQL by hand leaves out, whichever way it is put together. */
export const rawDiffers = [
  'stores the columns of a call, but no history of attempts, no webhooks seen, no gates, no counts',
  'has no rule of one call at a time per number, no retry, no deadline, no fencing, and no index for lists',
  'the cap is exact for the fleet; each process takes its part of it and no more',
]

/** SQL by hand on Postgres: the tables, the inserts, and a loop of turns of the given kind. `more` is SQL that adds to the tables. */
export async function connectRawPostgres(address: string, platform: Platform, turnOn: (pool: Pool) => Turn, more = ''): Promise<Client> {
  const { Pool } = await import('pg')
  const pool = new Pool({ connectionString: address, max: 32 })
  return {
    install: async () => void (await pool.query(schema + more)),
    enqueue: async (call) => void (await pool.query({ name: 'enqueue', text: insertOne, values: rowOf(call) })),
    enqueueMany: async (calls) => {
      const columns = calls.map(rowOf)
      const arrays = Array.from({ length: 4 }, (_, column) => columns.map((row) => row[column]))
      await pool.query({ name: 'enqueue-many', text: insertMany, values: arrays })
    },
    work: async (share) => runTurns(platform, partOf(share), turnOn(pool)),
    progress: async () => {
      const { rows } = await pool.query<{ completed: number; unfinished: number }>(
        `select count(*) filter (where status = 'COMPLETED')::int as completed, count(*) filter (where status <> 'COMPLETED')::int as unfinished from calls`,
      )
      return rows[0] ?? { completed: 0, unfinished: 0 }
    },
    seed: async (amounts) => {
      const { seedRawPostgres } = await import('../seeding/raw-postgres.ts')
      await seedRawPostgres(pool, amounts)
    },
    close: () => pool.end(),
  }
}

/** A turn that is one call of a function: of the ids that ended, those placed with their names, and how many are wanted. `name` is that of the prepared statement. */
export function oneCall(name: string, text: string): (pool: Pool) => Turn {
  return (pool) =>
    async ({ ended, placed, wanted }) => {
      const values = [ended, placed.map(({ id }) => id), placed.map(({ providerCallId }) => providerCallId), wanted]
      const { rows } = await pool.query<{ id: string }>({ name, text, values })
      return rows.map(({ id }) => id)
    }
}

function rowOf({ to, scriptId, variables, metadata }: CallInput): string[] {
  return [to, scriptId, JSON.stringify(variables), JSON.stringify(metadata)]
}

const columns = `(id, to_number, script_id, variables, metadata, status, provider_options, priority, exclusive, max_attempts, next_attempt_at, created_at, updated_at)`
const constants = `'PENDING', '{}', 0, true, 3, now(), now(), now()`
const insertOne = `insert into calls ${columns} values (uuidv7(), $1, $2, $3, $4, ${constants})`
const insertMany = `insert into calls ${columns}
  select uuidv7(), to_number, script_id, variables, metadata, ${constants}
  from unnest($1::text[], $2::text[], $3::json[], $4::json[]) c(to_number, script_id, variables, metadata)`

const schema = `
create table calls (
  id uuid primary key,
  created_at timestamptz(3) not null,
  retry_of uuid,
  status text collate "C" not null,
  attempts smallint not null default 0,
  next_attempt_at timestamptz(3),
  outcome text,
  last_error json,
  provider_call_id text collate "C",
  duration_sec double precision,
  cancel_requested_at timestamptz(3),
  updated_at timestamptz(3) not null,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  tenant text collate "C",
  to_number text collate "C" not null,
  from_number text collate "C",
  script_id text collate "C" not null,
  provider text collate "C",
  priority smallint not null,
  exclusive boolean not null,
  max_attempts smallint not null,
  scheduled_at timestamptz(3),
  expires_at timestamptz(3),
  variables json not null,
  metadata json not null,
  provider_options json not null,
  idempotency_key text collate "C",
  idempotency_fingerprint text collate "C"
) with (fillfactor = 60);
create index calls_due on calls (priority desc, next_attempt_at, id) where status = 'PENDING';
create index calls_live on calls (id) where status = 'IN_PROGRESS';
create index calls_by_provider_id on calls (provider_call_id) where provider_call_id is not null;

create function settle(provider_ids text[]) returns void language sql as $$
  update calls set status = 'COMPLETED', outcome = 'completed', ended_at = now(), updated_at = now()
  where provider_call_id = any (provider_ids) and status = 'IN_PROGRESS';
$$;

create function record(ids uuid[], provider_ids text[]) returns void language sql as $$
  update calls c set provider_call_id = p.name, updated_at = now()
  from unnest(ids, provider_ids) p(id, name)
  where c.id = any (ids) and c.id = p.id and c.status = 'IN_PROGRESS';
$$;

-- The lock is taken in a statement before that of the count, so that the count sees what the last holder committed.
create function claim(wanted integer, cap integer) returns setof uuid language plpgsql as $$
begin
  perform pg_advisory_xact_lock(1);
  return query
    update calls set status = 'IN_PROGRESS', attempts = attempts + 1, next_attempt_at = null, started_at = now(), updated_at = now()
    where id = any (array(
      select id from calls where status = 'PENDING' and next_attempt_at <= now()
      order by priority desc, next_attempt_at, id
      limit greatest(0, least(wanted, cap - (select count(*) from calls where status = 'IN_PROGRESS')))
      for update skip locked
    ))
    returning id;
end
$$;

create function tick(ended text[], ids uuid[], provider_ids text[], wanted integer) returns setof uuid language plpgsql as $$
begin
  perform settle(ended);
  perform record(ids, provider_ids);
  return query select claim(wanted, ${cap});
end
$$;
`
