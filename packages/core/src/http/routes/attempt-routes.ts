import type { Attempt } from '../../domain/attempt.ts'
import { parseAttemptId } from '../../domain/identifiers.ts'
import { resolveBodySchema } from '../../domain/input-control.ts'
import { CallNotFoundError } from '../../errors.ts'
import type { Verdict } from '../../orchestrator/surface.ts'
import type { HttpResponse } from '../http-records.ts'
import { jsonResponse } from '../json-response.ts'
import { problem } from '../problem.ts'
import { answers, bodyLimitBytes, defineRoute, type Input, noBody, noQuery, type Route, type RouteContext, type Visit } from '../route.ts'
import { attemptToJson, attemptWithTranscriptToJson } from '../wire/attempt-to-json.ts'
import { callToJson } from '../wire/call-to-json.ts'
import { attemptListWire, attemptWire, callWire } from '../wire/wire-schemas.ts'
import { callWithinTenant, isWithin } from './call-within-tenant.ts'

const common = { group: 'calls', query: noQuery, body: noBody } as const

/** The dials of a call, and the host's verdict on one that nobody could settle. */
export function attemptRoutes(options: { readonly exposeProviderOptions: boolean }): readonly Route[] {
  return [
    defineRoute({
      ...common,
      method: 'GET',
      path: '/calls/:id/attempts',
      guard: { scope: 'read', operation: 'listAttempts', reach: 'tenant' },
      summary: 'List the attempts of a call, in the order of their numbers',
      successes: [answers(200, 'The attempts, without their transcripts.', attemptListWire)],
      errors: ['CALL_NOT_FOUND'],
      handle: listAttempts,
    }),
    defineRoute({
      ...common,
      method: 'GET',
      path: '/calls/:id/attempts/:number',
      guard: { scope: 'read', operation: 'getAttempt', reach: 'tenant' },
      summary: 'Look at an attempt, with its transcript',
      successes: [answers(200, 'The attempt.', attemptWire)],
      errors: ['CALL_NOT_FOUND'],
      handle: getAttempt,
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: '/attempts/:attemptId/resolve',
      guard: { scope: 'admin', operation: 'resolveAttempt', reach: 'tenant' },
      summary: 'Decide what became of an attempt that is UNCONFIRMED or HELD',
      body: { schema: resolveBodySchema, limitBytes: bodyLimitBytes, isOptional: false, example: { ended: 'completed' } },
      successes: [answers(200, 'Its call after the verdict.', callWire)],
      errors: ['CALL_NOT_FOUND', 'ATTEMPT_NOT_RESOLVABLE'],
      async handle(context, input) {
        return jsonResponse(200, callToJson(await resolveAttempt(context, input), options))
      },
    }),
  ]
}

async function listAttempts(context: RouteContext, visit: Visit): Promise<HttpResponse> {
  const attempts = await attemptsOf(context, visit)
  return jsonResponse(200, { items: attempts.map(attemptToJson) })
}

async function getAttempt(context: RouteContext, visit: Visit): Promise<HttpResponse> {
  const { id = '', number = '' } = visit.params
  const attempts = await attemptsOf(context, visit)
  const attempt = attempts.find(({ attemptNumber }) => String(attemptNumber) === number)
  if (attempt === undefined) return problem('CALL_NOT_FOUND', `Call "${id}" has no attempt "${number}".`)
  return jsonResponse(200, attemptWithTranscriptToJson(attempt))
}

async function attemptsOf(context: RouteContext, visit: Visit): Promise<readonly Attempt[]> {
  const { id } = await callWithinTenant(context, visit)
  return context.orchestrator.attempts(id)
}

/** The attempt's call must exist within the tenant; what is left to say of the attempt, the orchestrator says. */
async function resolveAttempt(context: RouteContext, { body, params, tenant }: Input<unknown, Verdict>) {
  const attemptId = params['attemptId']?.toLowerCase() ?? ''
  const call = await callOfAttempt(context, attemptId)
  if (call === null || !isWithin(tenant, call)) throw new CallNotFoundError(attemptId)
  return context.orchestrator.resolve(attemptId, body)
}

async function callOfAttempt({ orchestrator }: RouteContext, attemptId: string) {
  const parts = parseAttemptId(attemptId)
  return parts === null ? null : orchestrator.get(parts.callId)
}
