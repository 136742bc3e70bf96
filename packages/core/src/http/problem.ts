import { type ErrorCode, type InputProblem, isEbraError, problemUri } from '../errors.ts'
import type { HttpResponse } from './http-records.ts'

/** The codes of errors, and two that no error has: a path that is nobody's, and a failure that is nobody's business. */
export type ProblemCode = ErrorCode | 'ROUTE_NOT_FOUND' | 'INTERNAL_ERROR'

/** The media type of RFC 9457. */
export const problemType = 'application/problem+json'

/** The one map from what went wrong to how HTTP says it. */
export const problems = {
  VALIDATION_FAILED: { status: 422, title: 'The input is not valid' },
  CALL_NOT_FOUND: { status: 404, title: 'No such call' },
  CALL_NOT_PENDING: { status: 409, title: 'The call is no longer pending' },
  CALL_ENDED: { status: 409, title: 'The call has ended' },
  CALL_NOT_ENDED: { status: 409, title: 'The call has not ended' },
  ATTEMPT_NOT_RESOLVABLE: { status: 409, title: 'The attempt cannot be resolved' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The idempotency key belongs to other input' },
  GATE_NOT_FOUND: { status: 404, title: 'No such gate' },
  UNAUTHENTICATED: { status: 401, title: 'Not authenticated' },
  FORBIDDEN: { status: 403, title: 'Not allowed' },
  SIGNATURE_INVALID: { status: 401, title: 'The signature is missing or wrong' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  BODY_UNREADABLE: { status: 400, title: 'The body cannot be read' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed' },
  PROVIDER_UNKNOWN: { status: 404, title: 'No such provider' },
  STORE_UNAVAILABLE: { status: 503, title: 'The database does not answer' },
  INTAKE_FULL: { status: 503, title: 'Too many webhooks are waiting' },
  SCHEMA_INCOMPATIBLE: { status: 503, title: 'The database does not fit this release' },
  CONFIGURATION_INVALID: { status: 500, title: 'The host is not set up correctly' },
  STOPPED: { status: 503, title: 'This process is stopping' },
  ROUTE_NOT_FOUND: { status: 404, title: 'No such route' },
  INTERNAL_ERROR: { status: 500, title: 'Something went wrong' },
} as const satisfies Record<ProblemCode, { status: number; title: string }>

/** What clients are told of failures whose messages name hosts, tables or statements. */
const publicDetails: Partial<Record<ProblemCode, string>> = {
  VALIDATION_FAILED: 'The input is not valid. Each entry of "errors" says where, and what was expected.',
  STORE_UNAVAILABLE: 'The database does not answer. Try again in a few seconds.',
  SCHEMA_INCOMPATIBLE: 'The database was migrated by another release. Try again when the deployment is complete.',
  INTERNAL_ERROR: 'Something went wrong on the server. It was reported there.',
}

/** Says what went wrong. Anything but an EbraError is an INTERNAL_ERROR without a word about its cause. */
export function problemFromError(error: unknown): HttpResponse {
  if (!isEbraError(error)) return problem('INTERNAL_ERROR', '')
  return problem(error.code, error.message, { errors: inputProblemsOf(error) })
}

/** A problem in the form of RFC 9457. Codes whose details could betray something have a fixed one instead. */
export function problem(code: ProblemCode, detail: string, extra: ProblemExtra = {}): HttpResponse {
  const { status, title } = problems[code]
  const facts = { type: problemUri(code), title, status, detail: publicDetails[code] ?? detail, code, errors: extra.errors }
  return {
    status,
    headers: { 'content-type': problemType, 'cache-control': 'no-store', ...headersOf(code, status), ...extra.headers },
    body: JSON.stringify(facts),
  }
}

/** What a problem carries beside its code and detail. */
export interface ProblemExtra {
  readonly errors?: readonly InputProblem[] | undefined
  readonly headers?: Readonly<Record<string, string>>
}

const retryAfterSeconds = '5'

function headersOf(code: ProblemCode, status: number): Readonly<Record<string, string>> {
  if (code === 'UNAUTHENTICATED') return { 'www-authenticate': 'Bearer' }
  return status === 503 ? { 'retry-after': retryAfterSeconds } : {}
}

function inputProblemsOf(error: Error): readonly InputProblem[] | undefined {
  return 'errors' in error && Array.isArray(error.errors) ? error.errors : undefined
}
