import type { Call, NewCall } from '@ebra/core'
import { msFrom } from './rows.ts'
import type { CallRow } from './schema.ts'

/** The columns of a call that is inserted; the others have their defaults. */
export const newCallColumns = [
  'id',
  'tenant',
  'to_number',
  'from_number',
  'script_id',
  'variables',
  'metadata',
  'provider',
  'provider_options',
  'priority',
  'exclusive',
  'max_attempts',
  'retry_of',
  'scheduled_at',
  'next_attempt_at',
  'expires_at',
  'created_at',
  'updated_at',
  'idempotency_key',
  'idempotency_fingerprint',
] as const satisfies readonly (keyof CallRow)[]

/** A call that is inserted. */
export type NewCallRow = Pick<CallRow, (typeof newCallColumns)[number]>

/** What is written of a call that is inserted at `now`. */
export function newCallRow(call: NewCall, now: number): NewCallRow {
  return {
    id: call.id,
    tenant: call.tenant,
    to_number: call.to,
    from_number: call.from,
    script_id: call.scriptId,
    variables: JSON.stringify(call.variables),
    metadata: JSON.stringify(call.metadata),
    provider: call.provider,
    provider_options: JSON.stringify(call.providerOptions),
    priority: call.priority,
    exclusive: call.exclusive ? 1 : 0,
    max_attempts: call.maxAttempts,
    retry_of: call.retryOf,
    scheduled_at: msFrom(call.scheduledAt),
    next_attempt_at: msFrom(call.scheduledAt) ?? now,
    expires_at: msFrom(call.expiresAt),
    created_at: now,
    updated_at: now,
    idempotency_key: call.idempotency?.key ?? null,
    idempotency_fingerprint: call.idempotency?.fingerprint ?? null,
  }
}

/** The record of a call that was inserted at `now`, without asking the database for what it was just told. */
export function callFromNew({ idempotency: _, ...call }: NewCall, now: number): Call {
  return {
    ...call,
    status: 'PENDING',
    outcome: null,
    attempts: 0,
    lastError: null,
    providerCallId: null,
    durationSec: null,
    nextAttemptAt: call.scheduledAt ?? new Date(now),
    cancelRequestedAt: null,
    createdAt: new Date(now),
    updatedAt: new Date(now),
    startedAt: null,
    endedAt: null,
  }
}
