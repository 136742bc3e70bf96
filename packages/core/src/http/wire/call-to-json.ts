import type { Call } from '../../domain/call.ts'
import type { CallPage } from '../../ports/store.ts'

/** A call as the wire shows it: these keys, in this order, and no others. `providerOptions` only where the mount exposes them. */
export function callToJson(call: Call<object>, { exposeProviderOptions }: { readonly exposeProviderOptions: boolean }) {
  return {
    id: call.id,
    to: call.to,
    from: call.from,
    scriptId: call.scriptId,
    variables: call.variables,
    metadata: call.metadata,
    tenant: call.tenant,
    provider: call.provider,
    ...(exposeProviderOptions && { providerOptions: call.providerOptions }),
    status: call.status,
    priority: call.priority,
    attempts: call.attempts,
    maxAttempts: call.maxAttempts,
    lastError: call.lastError,
    outcome: call.outcome,
    providerCallId: call.providerCallId,
    durationSec: call.durationSec,
    retryOf: call.retryOf,
    scheduledAt: call.scheduledAt,
    nextAttemptAt: call.nextAttemptAt,
    expiresAt: call.expiresAt,
    cancelRequestedAt: call.cancelRequestedAt,
    createdAt: call.createdAt,
    updatedAt: call.updatedAt,
    startedAt: call.startedAt,
    endedAt: call.endedAt,
  }
}

/** A page of calls as the wire shows it. */
export function callPageToJson(page: CallPage<object>, options: { readonly exposeProviderOptions: boolean }) {
  return {
    items: page.items.map((call) => callToJson(call, options)),
    page: page.page,
    pageSize: page.pageSize,
    total: page.total,
    totalPages: page.totalPages,
    nextCursor: page.nextCursor,
  }
}
