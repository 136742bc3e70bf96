import { StoreUnavailableError } from '../../errors.ts'
import { withinDeadline } from '../deadline.ts'
import type { HttpResponse } from '../http-records.ts'
import { jsonResponse } from '../json-response.ts'
import { answers, defineRoute, noBody, noQuery, type Route, type RouteContext } from '../route.ts'
import { healthWire } from '../wire/wire-schemas.ts'

const healthyWithinMs = 1_000

/** For load balancers. */
export const healthRoutes: readonly Route[] = [
  defineRoute({
    group: 'health',
    method: 'GET',
    path: '/health',
    guard: { scope: null, operation: 'checkHealth' },
    summary: 'Whether the store answers within a second',
    query: noQuery,
    body: noBody,
    successes: [answers(200, 'It does.', healthWire)],
    errors: [],
    handle: checkHealth,
  }),
]

/** Every failure is the same to a load balancer: this process should get no requests now. */
async function checkHealth({ orchestrator }: RouteContext): Promise<HttpResponse> {
  try {
    await withinDeadline(orchestrator.ping(), healthyWithinMs)
    return jsonResponse(200, { status: 'ok' })
  } catch (cause) {
    throw new StoreUnavailableError('The store did not answer within a second.', { cause })
  }
}
