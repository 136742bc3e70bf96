import type { ErrorCode } from '../../errors.ts'
import { problems } from '../problem.ts'
import type { Route } from '../route.ts'

/** Every error that a route may answer: its own, and those that access, query and body imply. In the order of their statuses. */
export function errorsOf({ guard, body, group, errors }: Route): readonly ErrorCode[] {
  const all: ErrorCode[] = [...errors]
  if (guard.scope !== null) all.push('UNAUTHENTICATED', 'FORBIDDEN')
  if (body !== null) all.push('BODY_UNREADABLE', 'BODY_TOO_LARGE')
  if (group !== 'webhooks') all.push('VALIDATION_FAILED')
  if (group !== 'openapi') all.push('STORE_UNAVAILABLE')
  return [...new Set(all)].sort((left, right) => problems[left].status - problems[right].status)
}
