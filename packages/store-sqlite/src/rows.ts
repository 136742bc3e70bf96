import {
  type Attempt,
  type AttemptDetails,
  attemptIdOf,
  type Call,
  detailsFromJson,
  type Gate,
  type JsonObject,
  type LocatedAttempt,
  type Problem,
} from '@ebra/core'
import type { AttemptRow, CallRow, GateRow } from './schema.ts'

/** What a call shows of its last attempt. The duration is a number in JSON. */
export interface LastAttempt {
  readonly last_provider_call_id: string | null
  readonly last_duration: string | null
}

/** A call that was never dialed, or whose last attempt has only begun. */
export const noLastAttempt: LastAttempt = { last_provider_call_id: null, last_duration: null }

/** Makes the record of a call. */
export function callFromRow(row: CallRow, last: LastAttempt): Call {
  return {
    id: row.id,
    tenant: row.tenant,
    to: row.to_number,
    from: row.from_number,
    scriptId: row.script_id,
    variables: objectFrom(row.variables),
    metadata: objectFrom(row.metadata),
    provider: row.provider,
    providerOptions: objectFrom(row.provider_options),
    status: row.status,
    outcome: row.outcome,
    priority: row.priority,
    exclusive: row.exclusive === 1,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    lastError: problemFrom(row.last_error),
    providerCallId: last.last_provider_call_id,
    durationSec: last.last_duration === null ? null : Number(last.last_duration),
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

/** Makes the record of an attempt, which shares with its call what every attempt says. */
export function attemptFromRow(row: AttemptRow, call: Call): Attempt {
  return {
    attemptId: attemptIdOf(row.call_id, row.number),
    callId: row.call_id,
    attemptNumber: row.number,
    to: row.to_number,
    from: row.from_number,
    scriptId: row.script_id,
    variables: call.variables,
    metadata: call.metadata,
    providerOptions: (Object.hasOwn(call.providerOptions, row.provider) ? call.providerOptions[row.provider] : undefined) ?? {},
    tenant: call.tenant,
    sentAt: new Date(row.started_at),
    providerCallId: row.provider_call_id,
    providerState: objectFrom(row.provider_state),
    provider: row.provider,
    status: row.status,
    phase: row.phase,
    outcome: row.outcome,
    error: problemFrom(row.error),
    details: detailsFrom(row.details),
    putBack: row.put_back === 1,
    aliases: row.aliases === '[]' ? [] : JSON.parse(row.aliases),
    sendBy: new Date(row.send_by),
    answerBy: new Date(row.answer_by),
    startedAt: new Date(row.started_at),
    endedAt: dateFrom(row.ended_at),
    lastSignAt: new Date(row.last_sign_at),
    revision: row.revision,
  }
}

/** Puts an attempt beside its call. */
export function locatedFromRows(attempt: AttemptRow, call: CallRow, last: LastAttempt): LocatedAttempt {
  const record = callFromRow(call, last)
  return { call: record, attempt: attemptFromRow(attempt, record), isLatest: attempt.number === call.last_number }
}

/** Makes the record of a gate as it stands at `now`. One that only counts is said to be open at once. */
export function gateFromRow(row: GateRow, now: number): Gate {
  const isPaused = row.closed_at !== null && row.not_before === null
  const opensInMs = isPaused ? null : Math.max(0, (row.not_before ?? now) - now)
  return { id: row.scope, scope: row.scope, reason: row.reason, code: row.code, opensInMs }
}

/** Milliseconds since 1970. */
export function msFrom(date: Date | null): number | null {
  return date === null ? null : date.getTime()
}

/** The instant a span later, in whole milliseconds: a part of one counts as one, so that nothing is due too early. */
export function instantAfter(now: number, spanMs: number): number {
  return Math.ceil(now + spanMs)
}

/** JSON, or null. */
export function problemToText(problem: Problem | null): string | null {
  return problem === null ? null : JSON.stringify(problem)
}

function detailsFrom(text: string): AttemptDetails {
  return text === '{}' ? {} : detailsFromJson(JSON.parse(text))
}

function problemFrom(text: string | null): Problem | null {
  return text === null ? null : JSON.parse(text)
}

function dateFrom(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}

/** Most calls have no variables, options or state: an empty object is not worth a parser. */
function objectFrom<T extends JsonObject>(text: string): T {
  return text === '{}' ? ({} as T) : JSON.parse(text)
}
