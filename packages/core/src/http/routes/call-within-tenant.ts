import type { Call } from '../../domain/call.ts'
import { isUuid } from '../../domain/identifiers.ts'
import { CallNotFoundError } from '../../errors.ts'
import type { RouteContext, Visit } from '../route.ts'

/** The call that the path names as `:id`. Throws CALL_NOT_FOUND for another tenant's too: those who may not see it learn nothing of it. */
export async function callWithinTenant({ orchestrator }: RouteContext, visit: Visit): Promise<Call<object>> {
  const callId = callIdFrom(visit)
  const call = await orchestrator.get(callId)
  if (call === null || !isWithin(visit.tenant, call)) throw new CallNotFoundError(callId)
  return call
}

/** The same where the orchestrator looks for the call itself: only its tenant has to be proved. */
export async function callIdWithinTenant(context: RouteContext, visit: Visit): Promise<string> {
  if (visit.tenant === null) return callIdFrom(visit)
  const { id } = await callWithinTenant(context, visit)
  return id
}

/** True for a call that those bound to `tenant` may see; null is bound to none and sees all. */
export function isWithin(tenant: string | null, call: Call<object>): boolean {
  return tenant === null || call.tenant === tenant
}

/** Ids are stored in lower case, and UUIDs are the same in either (RFC 9562, section 4). */
function callIdFrom({ params }: Visit): string {
  const { id = '' } = params
  const callId = id.toLowerCase()
  if (!isUuid(callId)) throw new CallNotFoundError(id)
  return callId
}
