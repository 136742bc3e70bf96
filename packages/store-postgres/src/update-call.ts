import { type CallChanges, isUuid, type UpdateResult } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { jsonText } from './json-text.ts'
import { type CallRecord, callFromRecord } from './rows.ts'

/** Changes a PENDING call. It waits for nothing any longer: with another number, script or time it may be its turn. */
export async function updateCallIfPending(
  context: PostgresContext,
  { callId, changes }: { readonly callId: string; readonly changes: CallChanges },
): Promise<UpdateResult> {
  if (!isUuid(callId)) return { kind: 'not-found' }
  const answer = await context.call<UpdateAnswer | null>('update_call', callId, changedColumns(changes))
  if (answer === null) return { kind: 'not-found' }
  if (answer.kind === 'updated') context.wake.hint()
  return { kind: answer.kind, call: callFromRecord(answer.record) }
}

interface UpdateAnswer {
  readonly kind: 'updated' | 'not-pending' | 'expires-before-scheduled'
  readonly record: CallRecord
}

/** JSON leaves out what is undefined, and so what stays. */
function changedColumns(changes: CallChanges): string {
  const { to, from, scriptId, variables, metadata, provider, providerOptions, priority, exclusive, maxAttempts, scheduledAt, expiresAt } =
    changes
  return jsonText({
    to_number: to,
    from_number: from,
    script_id: scriptId,
    variables,
    metadata,
    provider,
    provider_options: providerOptions,
    priority,
    exclusive,
    max_attempts: maxAttempts,
    scheduled_at: scheduledAt,
    expires_at: expiresAt,
  })
}
