import type { Call, PendingFilter } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { type CallRecord, callFromRecord } from './rows.ts'

/** Ends PENDING calls that match, oldest first, at most `limit`. */
export async function cancelPending(
  context: PostgresContext,
  { filter, limit }: { readonly filter: PendingFilter; readonly limit: number },
): Promise<readonly Call[]> {
  const { tenant = null, scriptId = null, createdBefore } = filter
  const records = await context.call<readonly CallRecord[]>('cancel_pending', tenant, scriptId, createdBefore?.toISOString() ?? null, limit)
  if (records.length > 0) context.wake.hint()
  return records.map(callFromRecord)
}
