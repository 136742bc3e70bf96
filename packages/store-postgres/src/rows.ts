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

/** A call as `call_values` lists it. Instants are ISO 8601 text. */
type CallValues = readonly [
  id: string,
  lastNumber: number,
  tenant: string | null,
  to: string,
  from: string | null,
  scriptId: string,
  variables: Variables,
  metadata: JsonObject,
  provider: string | null,
  providerOptions: Readonly<Record<string, JsonObject>>,
  status: CallStatus,
  outcome: Outcome | null,
  priority: number,
  exclusive: boolean,
  attempts: number,
  maxAttempts: number,
  lastError: Problem | null,
  retryOf: string | null,
  scheduledAt: string | null,
  nextAttemptAt: string | null,
  expiresAt: string | null,
  cancelRequestedAt: string | null,
  createdAt: string,
  updatedAt: string,
  startedAt: string | null,
  endedAt: string | null,
]

/** An attempt as `attempt_values` lists it. */
type AttemptValues = readonly [
  callId: string,
  number: number,
  provider: string,
  status: AttemptStatus,
  phase: AttemptPhase | null,
  outcome: Outcome | null,
  error: Problem | null,
  details: JsonObject,
  putBack: boolean,
  providerCallId: string | null,
  aliases: readonly string[] | null,
  providerState: JsonObject,
  to: string,
  from: string | null,
  scriptId: string,
  startedAt: string,
  sendBy: string,
  answerBy: string,
  lastSignAt: string,
  endedAt: string | null,
  revision: number,
]

/** What a call shows of its last attempt, as `last_values` lists it. */
type LastValues = readonly [providerCallId: string | null, durationSec: number | null]

/** A record of the view `call_records`. */
export interface CallRecord {
  readonly call: CallValues
  /** Null: it was never dialed. */
  readonly last: LastValues | null
}

/** A record of the view `attempt_records`. */
export interface AttemptRecord extends CallRecord {
  readonly attempt: AttemptValues
}

/** Makes a call of its record. */
export function callFromRecord({ call, last }: CallRecord): Call {
  const [id, , tenant, to, from, scriptId, variables, metadata, provider, providerOptions, status, outcome, priority, exclusive, ...more] =
    call
  const [attempts, maxAttempts, lastError, retryOf, ...instants] = more
  const [scheduledAt, nextAttemptAt, expiresAt, cancelRequestedAt, createdAt, updatedAt, startedAt, endedAt] = instants
  const [providerCallId, durationSec] = last ?? [null, null]
  return {
    id,
    tenant,
    to,
    from,
    scriptId,
    variables,
    metadata,
    provider,
    providerOptions,
    status,
    outcome,
    priority,
    exclusive,
    attempts,
    maxAttempts,
    lastError,
    providerCallId,
    durationSec,
    retryOf,
    scheduledAt: dateFrom(scheduledAt),
    nextAttemptAt: dateFrom(nextAttemptAt),
    expiresAt: dateFrom(expiresAt),
    cancelRequestedAt: dateFrom(cancelRequestedAt),
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    startedAt: dateFrom(startedAt),
    endedAt: dateFrom(endedAt),
  }
}

/** Makes an attempt beside its call of their record. */
export function locatedFromRecord(record: AttemptRecord): LocatedAttempt {
  const call = callFromRecord(record)
  const [, lastNumber] = record.call
  const attempt = attemptFromValues(record.attempt, call)
  return { call, attempt, isLatest: attempt.attemptNumber === lastNumber }
}

/** Shares with its call what every attempt of it says. */
function attemptFromValues(values: AttemptValues, call: Call): Attempt {
  const [callId, attemptNumber, provider, status, phase, outcome, error, details, putBack, providerCallId, aliases, ...more] = values
  const [providerState, to, from, scriptId, startedAt, sendBy, answerBy, lastSignAt, endedAt, revision] = more
  const options = Object.hasOwn(call.providerOptions, provider) ? call.providerOptions[provider] : undefined
  return {
    attemptId: attemptIdOf(callId, attemptNumber),
    callId,
    attemptNumber,
    to,
    from,
    scriptId,
    variables: call.variables,
    metadata: call.metadata,
    providerOptions: options ?? {},
    tenant: call.tenant,
    sentAt: new Date(startedAt),
    providerCallId,
    providerState,
    provider,
    status,
    phase,
    outcome,
    error,
    details: Object.keys(details).length === 0 ? {} : detailsFromJson(details),
    putBack,
    aliases: aliases ?? [],
    sendBy: new Date(sendBy),
    answerBy: new Date(answerBy),
    startedAt: new Date(startedAt),
    endedAt: dateFrom(endedAt),
    lastSignAt: new Date(lastSignAt),
    revision,
  }
}

function dateFrom(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
