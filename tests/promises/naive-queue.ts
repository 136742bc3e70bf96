import { setImmediate as nextTick } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import { Pool } from 'pg'
import type { DatabaseSettings } from './worker-settings.ts'

/** A call as a naive worker claimed it. */
export interface NaiveClaim {
  readonly callId: string
  readonly number: number
  readonly to: string
}

/** Claims calls the way that suggests itself: counts what is live, and takes as many as are free then. Nothing keeps others from counting the same. */
export interface NaiveQueue {
  claim(): Promise<readonly NaiveClaim[]>
  settle(claim: NaiveClaim): Promise<void>
}

/** A naive queue on the product's own tables. */
export function naiveQueueOf(database: DatabaseSettings): NaiveQueue {
  return database.kind === 'SQLite' ? queueOfFile(database.file) : queueOfServer(database.connectionString)
}

function queueOfServer(connectionString: string): NaiveQueue {
  const pool = new Pool({ connectionString, max: 2 })
  return {
    claim: async () => (await pool.query<NaiveClaim>(claimOnServer)).rows,
    settle: async ({ callId, number }) => void (await pool.query(settleOnServer, [callId, number])),
  }
}

/** It counts in the statement that claims. */
const claimOnServer = `
  with free as (
    select coalesce(override, configured) - (select count(*) from ebra.calls where live_number is not null) as slots from ebra.control
  ), claimed as (
    update ebra.calls
    set status = 'IN_PROGRESS', live_number = to_number, next_attempt_at = null, attempts = 1, last_number = 1, started_at = now()
    where id in (
      select id from ebra.calls where status = 'PENDING' order by next_attempt_at, id limit (select greatest(0, slots) from free) for update skip locked
    )
    returning id, to_number, script_id
  ), begun as (
    insert into ebra.attempts (
      call_id, number, provider, to_number, script_id, claimed_by, claimed_turn, started_at, last_sign_at, send_by, answer_by, check_at
    )
    select id, 1, 'http', to_number, script_id, 'naive', 1, now(), now(), now(), now(), now() from claimed
  )
  select id as "callId", 1 as number, to_number as to from claimed`

const settleOnServer = `
  with ended as (
    update ebra.attempts set status = 'ENDED', outcome = 'completed', ended_at = now() where call_id = $1 and number = $2
  )
  update ebra.calls set status = 'COMPLETED', live_number = null, ended_at = now() where id = $1`

/** It counts in one statement, and claims in the next. */
function queueOfFile(file: string): NaiveQueue {
  const connection = new BetterSqlite3(file, { timeout: 5_000 })
  const count = connection.prepare<[], { readonly slots: number }>(`
    select ifnull(override, configured) - (select count(*) from ebra_attempts where status <> 'ENDED') as slots from ebra_control`)
  const take = connection.prepare<[number], NaiveClaim>(`
    update ebra_calls
    set status = 'IN_PROGRESS', next_attempt_at = null, attempts = 1, last_number = 1, started_at = ${now}
    where id in (select id from ebra_calls where next_attempt_at is not null and waits_for is null order by next_attempt_at, id limit ?)
    returning id as callId, 1 as number, to_number as "to"`)
  const begin = connection.prepare<[string]>(`
    insert into ebra_attempts (
      call_id, number, provider, to_number, script_id, claimed_by, claimed_turn, started_at, last_sign_at, send_by, answer_by, check_at
    )
    select id, 1, 'http', to_number, script_id, 'naive', 1, ${now}, ${now}, ${now}, ${now}, ${now} from ebra_calls where id = ?`)
  const endAttempt = connection.prepare<[string]>(
    `update ebra_attempts set status = 'ENDED', outcome = 'completed', ended_at = ${now} where call_id = ?`,
  )
  const endCall = connection.prepare<[string]>(`update ebra_calls set status = 'COMPLETED', ended_at = ${now} where id = ?`)
  const claim = connection.transaction((slots: number) => {
    const claimed = take.all(slots)
    for (const { callId } of claimed) begin.run(callId)
    return claimed
  })
  const settle = connection.transaction((callId: string) => {
    endAttempt.run(callId)
    endCall.run(callId)
  })
  return {
    claim: async () => {
      const slots = count.get()?.slots ?? 0
      // A driver that is not synchronous answers later, too.
      await nextTick()
      return slots > 0 ? claim.immediate(slots) : []
    },
    settle: async ({ callId }) => settle.immediate(callId),
  }
}

const now = `cast(unixepoch('subsec') * 1000 as integer)`
