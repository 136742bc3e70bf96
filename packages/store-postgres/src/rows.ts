import {
  type Attempt,
  type AttemptPhase,
  type AttemptStatus,
  attemptIdOf,
  type Call,
  type CallStatus,
  detailsFromJson,
  type JsonObject,
  type LocatedAttempt,
  type Outcome,
  type Problem,
  type Variables,
} from '@ebra/core'

/** A row of `calls` as JSON, as far as clients read it. Instants are ISO 8601 text. */
interface CallRow {
  readonly id: string
  readonly tenant: string | null
  readonly to_number: string
  readonly from_number: string | null
  readonly script_id: string
  readonly variables: Variables
  readonly metadata: JsonObject
  readonly provider: string | null
  readonly provider_options: Readonly<Record<string, JsonObject>>
  readonly status: CallStatus
  readonly outcome: Outcome | null
  readonly priority: number
  readonly exclusive: boolean
  readonly attempts: number
  readonly max_attempts: number
  readonly last_number: number
  readonly last_error: Problem | null
  readonly retry_of: string | null
  readonly scheduled_at: string | null
  readonly next_attempt_at: string | null
  readonly expires_at: string | null
  readonly cancel_requested_at: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly started_at: string | null
  readonly ended_at: string | null
}

/** A row of `attempts` as JSON, as far as clients read it. */
interface AttemptRow extends LastAttempt {
  readonly call_id: string
  readonly number: number
  readonly provider: string
  readonly status: AttemptStatus
  readonly phase: AttemptPhase | null
  readonly outcome: Outcome | null
  readonly error: Problem | null
  readonly details: JsonObject
  readonly put_back: boolean
  readonly aliases: readonly string[] | null
  readonly provider_state: JsonObject
  readonly to_number: string
  readonly from_number: string | null
  readonly script_id: string
  readonly started_at: string
  readonly send_by: string
  readonly answer_by: string
  readonly last_sign_at: string
  readonly ended_at: string | null
  readonly revision: number
}

/** What a call shows of its last attempt. */
interface LastAttempt {
  readonly provider_call_id: string | null
  readonly duration_sec: number | null
}

/** The view `call_records`. */
export interface CallRecord {
  readonly call: CallRow
  /** Null: it was never dialed. */
  readonly last: LastAttempt | null
}

/** The view `attempt_records`. */
export interface AttemptRecord {
  readonly call: CallRow
  readonly attempt: AttemptRow
  /** Only where the attempt is not itself the last. */
  readonly last?: LastAttempt | null
}

/** What stands in place of the number of a call that was erased. */
export const erasedNumber = '+00000000'

/** Makes a call of its record. */
export function callFromRecord({ call: row, last }: CallRecord): Call {
  return {
    id: row.id,
    tenant: row.tenant,
    to: row.to_number,
    from: row.from_number,
    scriptId: row.script_id,
    variables: row.variables,
    metadata: row.metadata,
    provider: row.provider,
    providerOptions: row.provider_options,
    status: row.status,
    outcome: row.outcome,
    priority: row.priority,
    exclusive: row.exclusive,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    lastError: row.last_error,
    providerCallId: last?.provider_call_id ?? null,
    durationSec: last?.duration_sec ?? null,
    retryOf: row.retry_of,
    scheduledAt: dateFrom(row.scheduled_at),
    nextAttemptAt: dateFrom(row.next_attempt_at),
    expiresAt: dateFrom(row.expires_at),
    cancelRequestedAt: dateFrom(row.cancel_requested_at),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    startedAt: dateFrom(row.started_at),
    endedAt: dateFrom(row.ended_at),
  }
}

/** Makes an attempt beside its call of their record. */
export function locatedFromRecord({ call: callRow, attempt: row, last }: AttemptRecord): LocatedAttempt {
  const isLatest = row.number === callRow.last_number
  const call = callFromRecord({ call: callRow, last: isLatest ? row : (last ?? null) })
  return { call, attempt: attemptFromRow(row, call), isLatest }
}

/** Shares with its call what every attempt of it says. */
function attemptFromRow(row: AttemptRow, call: Call): Attempt {
  const options = Object.hasOwn(call.providerOptions, row.provider) ? call.providerOptions[row.provider] : undefined
  return {
    attemptId: attemptIdOf(row.call_id, row.number),
    callId: row.call_id,
    attemptNumber: row.number,
    to: row.to_number,
    from: row.from_number,
    scriptId: row.script_id,
    variables: call.variables,
    metadata: call.metadata,
    providerOptions: options ?? {},
    tenant: call.tenant,
    sentAt: new Date(row.started_at),
    providerCallId: row.provider_call_id,
    providerState: row.provider_state,
    provider: row.provider,
    status: row.status,
    phase: row.phase,
    outcome: row.outcome,
    error: row.error,
    details: Object.keys(row.details).length === 0 ? {} : detailsFromJson(row.details),
    putBack: row.put_back,
    aliases: row.aliases ?? [],
    sendBy: new Date(row.send_by),
    answerBy: new Date(row.answer_by),
    startedAt: new Date(row.started_at),
    endedAt: dateFrom(row.ended_at),
    lastSignAt: new Date(row.last_sign_at),
    revision: row.revision,
  }
}

function dateFrom(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
