import type { AttemptPhase, AttemptStatus, CallStatus, GateReason, Outcome } from '@ebra/core'
import type { Generated, Selectable } from 'kysely'

/** The tables, as the migrations leave them. Instants are milliseconds since 1970, truth is 0 or 1, JSON is text. */
export interface Tables {
  readonly ebra_calls: CallTable
  readonly ebra_attempts: AttemptTable
  readonly ebra_aliases: AliasTable
  readonly ebra_gates: GateTable
  readonly ebra_control: ControlTable
  readonly ebra_contenders: ContenderTable
  readonly ebra_counts: CountTable
  readonly ebra_parked_events: ParkedEventTable
  readonly ebra_parked_names: ParkedNameTable
  readonly ebra_seen_events: SeenEventTable
  readonly ebra_migrations: MigrationTable
}

/** A call. `waits_for` is the number, or the scope of the gate, whose turn it waits for: a claim passes it over until that is cleared. */
interface CallTable {
  readonly id: string
  readonly tenant: string | null
  readonly to_number: string
  readonly from_number: string | null
  readonly script_id: string
  readonly variables: string
  readonly metadata: string
  readonly provider: string | null
  readonly provider_options: string
  readonly status: Generated<CallStatus>
  readonly outcome: Generated<Outcome | null>
  readonly priority: number
  readonly exclusive: number
  readonly attempts: Generated<number>
  readonly max_attempts: number
  readonly last_number: Generated<number>
  readonly last_error: Generated<string | null>
  readonly retry_of: string | null
  readonly scheduled_at: number | null
  readonly next_attempt_at: number | null
  readonly expires_at: number | null
  readonly cancel_requested_at: Generated<number | null>
  readonly created_at: number
  readonly updated_at: number
  readonly started_at: Generated<number | null>
  readonly ended_at: Generated<number | null>
  readonly idempotency_key: string | null
  readonly idempotency_fingerprint: string | null
  readonly waits_for: Generated<string | null>
  readonly strike_scope: Generated<string | null>
  readonly strikes: Generated<number>
  readonly struck_at: Generated<number | null>
}

/** An attempt; its id is `<call_id>.<number>`. */
interface AttemptTable {
  readonly call_id: string
  readonly number: number
  readonly provider: string
  readonly status: Generated<AttemptStatus>
  readonly phase: Generated<AttemptPhase | null>
  readonly outcome: Generated<Outcome | null>
  readonly error: Generated<string | null>
  readonly details: Generated<string>
  readonly put_back: Generated<number>
  readonly provider_call_id: Generated<string | null>
  readonly aliases: Generated<string>
  readonly provider_state: Generated<string>
  readonly to_number: string
  readonly from_number: string | null
  readonly script_id: string
  readonly claimed_by: string
  readonly claimed_turn: number
  readonly started_at: number
  readonly send_by: number
  readonly answer_by: number
  readonly check_at: number
  readonly last_sign_at: number
  readonly ended_at: Generated<number | null>
  readonly revision: Generated<number>
}

/** Another id by which a provider may speak of an attempt. */
interface AliasTable {
  readonly provider: string
  readonly alias: string
  readonly call_id: string
  readonly number: number
}

/** A gate, or a count of refusals towards one. Closed while `closed_at` is set; `not_before` is null for a pause. */
interface GateTable {
  readonly scope: string
  readonly reason: GateReason
  readonly code: string
  readonly in_a_row: number
  readonly level: number
  readonly closed_at: number | null
  readonly not_before: number | null
  readonly accepted_at: number | null
  readonly probe_attempt_id: string | null
  readonly updated_at: number
}

/** A process that wanted more slots than there were. */
interface ContenderTable {
  readonly process_id: string
  readonly wanted_at: number
}

/** The one row of what the whole fleet obeys. */
interface ControlTable {
  readonly id: number
  readonly configured: number | null
  readonly override: number | null
  readonly dials_per_second: number | null
  readonly tokens: number
  readonly refilled_at: number
  readonly installation_key: Uint8Array | null
  readonly dropped_events: number
}

/** Kept by triggers on `ebra_calls`. */
interface CountTable {
  readonly status: CallStatus
  readonly present: number
  readonly entered: number
}

/** An event whose attempt is not known yet. `joinable_at` is set once one of its names is that of an attempt. */
interface ParkedEventTable {
  readonly id: Generated<number>
  readonly provider: string
  readonly event_id: string
  readonly event: string
  readonly parked_at: number
  readonly joinable_at: number | null
}

/** What a parked event calls its attempt. */
interface ParkedNameTable {
  readonly provider: string
  readonly name: string
  readonly parked_id: number
}

/** An event that was seen, by the day. */
interface SeenEventTable {
  readonly day: number
  readonly key: Uint8Array
  readonly seen_at: number
}

/** A migration that was applied. */
interface MigrationTable {
  readonly number: number
  readonly name: string
  readonly min_code: number
  readonly applied_at: number
}

/** A call as it is read. */
export type CallRow = Selectable<CallTable>

/** An attempt as it is read. */
export type AttemptRow = Selectable<AttemptTable>

/** A gate as it is read. */
export type GateRow = Selectable<GateTable>

/** The fleet's control as it is read. */
export type ControlRow = Selectable<ControlTable>
