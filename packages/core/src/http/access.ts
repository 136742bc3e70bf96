import { fields } from '../domain/input-fields.ts'
import { ConfigurationError } from '../errors.ts'
import { ForbiddenError, UnauthenticatedError } from './http-errors.ts'
import type { Operation, Scope } from './operations.ts'

/** What a request wants. */
export interface Wanted {
  /** What kind of thing it does: enough for most hosts to decide by. */
  readonly scope: Scope
  /** What exactly; the `operationId` of the OpenAPI document. */
  readonly operation: Operation
  /** The call that it names, as it was written: there may be none with this id. */
  readonly callId?: string
}

/**
 * The host's answer: `true`; `false` (403); `'unauthenticated'` (401); or a tenant, which is stamped on what is enqueued, and outside of which nothing can be read or
 * changed. Whoever is bound to a tenant cannot read the figures of the fleet, nor control it (403).
 */
export type Access = boolean | 'unauthenticated' | { readonly tenant: string }

/** Decides who may do what. `request` is the framework's own. A throw is answered by 500 and reported: it lets nobody in. */
export type Authorize<TNative> = (request: TNative, wanted: Wanted) => Access | Promise<Access>

/** Lets the request in, or throws UNAUTHENTICATED or FORBIDDEN. Answers the tenant that it is bound to, or null. */
export async function admit<TNative>(authorize: Authorize<TNative>, native: TNative, wanted: Wanted): Promise<string | null> {
  const access = await authorize(native, wanted)
  if (access === true) return null
  if (access === false) throw new ForbiddenError(wanted.operation)
  if (access === 'unauthenticated') throw new UnauthenticatedError()
  return tenantOf(access)
}

/** A tenant that is missing or empty must not come to mean all tenants. */
function tenantOf(access: unknown): string {
  const tenant = typeof access === 'object' && access !== null && 'tenant' in access ? access.tenant : undefined
  const parsed = fields.tenant.safeParse(tenant)
  if (parsed.success) return parsed.data
  throw new ConfigurationError(
    'authorize must answer true, false, "unauthenticated" or { tenant }, where the tenant has 1 to 100 visible ASCII characters. The request was refused.',
  )
}
