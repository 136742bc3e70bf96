import { Client } from 'pg'
import type { Note } from './answers.ts'

/** Looks how far the log was flushed when an answer came, and tells later whether what was answered lay before that. */
export interface FlushWitness extends AsyncDisposable {
  /** Called the moment that `deed` is answered: all that the database shows of these calls, of the cap, the gates and the latest events has to be on the disk by now. */
  readonly note: Note
  /** Every deed that was noted, by its name. */
  judge(): Promise<readonly Verdict[]>
}

/** A server that flushes by itself only every ten seconds what is not waited for. */
export const lazySettings = { wal_writer_delay: '10s', wal_writer_flush_after: '1GB', checkpoint_timeout: '1h', autovacuum: 'off' }

/** Takes a stand at a database, before anything is written that is to be judged. */
export async function flushWitness(connectionString: string): Promise<FlushWitness> {
  const client = new Client({ connectionString })
  await client.connect()
  await client.query('create extension if not exists pg_walinspect; set synchronous_commit = on')
  const { rows } = await client.query<{ lsn: string }>('select pg_current_wal_flush_lsn()::text as lsn')
  const from = rows[0]?.lsn
  const seen: Sight[] = []
  return {
    async note(deed, callIds) {
      const { rows: sights } = await client.query<Omit<Sight, 'deed'>>(sight, [callIds])
      seen.push(...sights.map((one) => ({ deed, ...one })))
    },
    async judge() {
      // The log can be read as far as it was flushed: this commit takes all before it along.
      await client.query('create table if not exists flushed_by (number integer); insert into flushed_by values (1)')
      const { rows: verdicts } = await client.query<Verdict>(verdict, [from, JSON.stringify(seen)])
      return verdicts
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}

/** What was to be seen at an answer: how far the log was flushed, and who had written what could be read. */
interface Sight {
  readonly deed: string
  readonly flushed: string
  readonly writers: readonly string[]
}

/** How often a deed was answered, and how often before it was flushed. */
interface Verdict {
  readonly deed: string
  readonly answered: number
  readonly unflushed: number
}

/** A call says itself that it is to end. Its attempt is then leased for a look at once, which nobody relies on. */
const sight = `
  select pg_current_wal_flush_lsn()::text as flushed, array(
    select xmin::text from ebra.calls where id = any ($1)
    union select xmin::text from ebra.attempts a where call_id = any ($1) and not exists (
      select from ebra.calls c where c.id = a.call_id and c.cancel_requested_at is not null and c.ended_at is null
    )
    union select xmin::text from ebra.control
    union select xmin::text from ebra.gates
    union (select xmin::text from ebra.parked_events order by parked_at desc limit 1)
    union (select xmin::text from ebra.seen_events order by seen_at desc limit 1)
  ) as writers
`

/** A writer whose commit is not in the log, or lies behind what was flushed, was answered too early. */
const verdict = `
  with committed as materialized (
    select xid::text as writer, end_lsn
    from pg_get_wal_records_info($1, pg_current_wal_flush_lsn())
    where resource_manager = 'Transaction' and record_type like 'COMMIT%'
  )
  select deed, count(*)::integer as answered, count(*) filter (where exists (
    select from json_array_elements_text(writers) writer
    where not exists (select from committed c where c.writer = writer.value and c.end_lsn <= flushed::pg_lsn)
  ))::integer as unflushed
  from json_to_recordset($2) s(deed text, flushed text, writers json)
  group by deed
  order by deed collate "C"
`
