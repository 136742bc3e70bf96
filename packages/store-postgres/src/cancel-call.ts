import { type CanceledCall, isUuid } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { type AttemptRecord, type CallRecord, callFromRecord, locatedFromRecord } from './rows.ts'

/** Ends a PENDING call, or asks a live one to end; null for an id that no call bears. */
export async function cancelCall(context: PostgresContext, { callId }: { readonly callId: string }): Promise<CanceledCall | null> {
  if (!isUuid(callId)) return null
  const answer = await context.call<CancelAnswer | null>('cancel_call', callId)
  if (answer === null) return null
  context.wake.hint()
  return { kind: answer.kind, call: callFromRecord(answer.record), live: answer.live === null ? null : locatedFromRecord(answer.live) }
}

interface CancelAnswer {
  readonly kind: CanceledCall['kind']
  readonly record: CallRecord
  readonly live: AttemptRecord | null
}
