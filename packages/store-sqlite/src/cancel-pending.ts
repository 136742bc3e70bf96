import type { Call, PendingFilter } from '@ebra/core'
import type { Connection } from './connection.ts'
import { endPending } from './end-pending.ts'
import { selectCalls } from './find-call.ts'

/** Ends PENDING calls that match, oldest first. */
export function cancelPending(
  connection: Connection,
  { filter, limit }: { readonly filter: PendingFilter; readonly limit: number },
): readonly Call[] {
  return connection.write((transaction) =>
    transaction.query(pendingCalls(filter, limit)).map((row) => endPending(transaction, row, 'CANCELED')),
  )
}

function pendingCalls({ tenant, scriptId, createdBefore }: PendingFilter, limit: number) {
  return selectCalls()
    .where('call.status', '=', 'PENDING')
    .$if(tenant !== undefined, (calls) => calls.where('call.tenant', '=', tenant ?? ''))
    .$if(scriptId !== undefined, (calls) => calls.where('call.script_id', '=', scriptId ?? ''))
    .$if(createdBefore !== undefined, (calls) => calls.where('call.created_at', '<', createdBefore?.getTime() ?? 0))
    .orderBy('call.id')
    .limit(limit)
}
