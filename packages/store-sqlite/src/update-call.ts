import type { CallChanges, UpdateResult } from '@ebra/core'
import type { Connection, Transaction } from './connection.ts'
import { type CallWithLast, readCallRow } from './find-call.ts'
import { releaseNumber } from './release-number.ts'
import { callFromRow, msFrom } from './rows.ts'
import type { CallRow } from './schema.ts'
import { queries, statement } from './statement.ts'

/** Changes a PENDING call. It waits for nothing any longer: with another number, script or time it may be its turn. */
export function updateCallIfPending(
  connection: Connection,
  { callId, changes }: { readonly callId: string; readonly changes: CallChanges },
): UpdateResult {
  return connection.write((transaction) => {
    const row = readCallRow(transaction, callId)
    if (row === undefined) return { kind: 'not-found' }
    const changed = changedRow(row, changes, transaction.now)
    if (row.status !== 'PENDING') return { kind: 'not-pending', call: callFromRow(row, row) }
    if (expiresTooEarly(changed, changes)) return { kind: 'expires-before-scheduled', call: callFromRow(row, row) }
    writeChanges(transaction, row, changed)
    return { kind: 'updated', call: callFromRow(changed, changed) }
  })
}

function changedRow(row: CallWithLast, changes: CallChanges, now: number): CallWithLast {
  const { to, from, scriptId, variables, metadata, provider, providerOptions, priority, exclusive, maxAttempts, scheduledAt, expiresAt } =
    changes
  return {
    ...row,
    ...(to !== undefined && { to_number: to }),
    ...(from !== undefined && { from_number: from }),
    ...(scriptId !== undefined && { script_id: scriptId }),
    ...(variables !== undefined && { variables: JSON.stringify(variables) }),
    ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
    ...(provider !== undefined && { provider }),
    ...(providerOptions !== undefined && { provider_options: JSON.stringify(providerOptions) }),
    ...(priority !== undefined && { priority }),
    ...(exclusive !== undefined && { exclusive: exclusive ? 1 : 0 }),
    ...(maxAttempts !== undefined && { max_attempts: maxAttempts }),
    ...(scheduledAt !== undefined && { scheduled_at: msFrom(scheduledAt), next_attempt_at: msFrom(scheduledAt) ?? now }),
    ...(expiresAt !== undefined && { expires_at: msFrom(expiresAt) }),
    updated_at: now,
  }
}

/** Core has checked what it was given; only here is the other of the two times known. */
function expiresTooEarly({ scheduled_at, expires_at }: CallRow, changes: CallChanges): boolean {
  const isTouched = changes.scheduledAt !== undefined || changes.expiresAt !== undefined
  return isTouched && scheduled_at !== null && expires_at !== null && expires_at <= scheduled_at
}

function writeChanges(transaction: Transaction, row: CallRow, changed: CallRow): void {
  transaction.run(updateCall, changed)
  releaseNumber(transaction, row.to_number)
}

const updateCall = statement((call: CallRow) =>
  queries
    .updateTable('ebra_calls')
    .set({
      to_number: call.to_number,
      from_number: call.from_number,
      script_id: call.script_id,
      variables: call.variables,
      metadata: call.metadata,
      provider: call.provider,
      provider_options: call.provider_options,
      priority: call.priority,
      exclusive: call.exclusive,
      max_attempts: call.max_attempts,
      scheduled_at: call.scheduled_at,
      next_attempt_at: call.next_attempt_at,
      expires_at: call.expires_at,
      updated_at: call.updated_at,
      waits_for: null,
    })
    .where('id', '=', call.id)
    .where('status', '=', 'PENDING'),
)
