import { parseAttemptId } from '../domain/identifiers.ts'
import { type Authorize, admit } from './access.ts'
import { ForbiddenError } from './http-errors.ts'
import type { HttpRequest, HttpResponse } from './http-records.ts'
import { matchRoute } from './match-route.ts'
import type { Mount } from './mount-options.ts'
import { openApiText } from './openapi/openapi-document.ts'
import type { OrchestratorApi } from './orchestrator-api.ts'
import { problem, problemFromError } from './problem.ts'
import type { Route, RouteContext } from './route.ts'

/** Serves a request, whatever framework it came through. Never throws; null for a path that is not ours. `native` is what `authorize` is shown. */
export type HttpHandler<TNative> = (request: HttpRequest, native: TNative) => Promise<HttpResponse | null>

/** Turns a mount into the function that serves it. */
export function createHttpHandler<TNative>(orchestrator: OrchestratorApi, mount: Mount<TNative>): HttpHandler<TNative> {
  const context: RouteContext = { orchestrator, webhookBodyLimit: mount.webhookBodyLimit, openApi: describeOnce(mount.routes) }
  return async (request, native) => {
    const match = matchRoute(mount.routes, request)
    if (match === null) return null
    if (match.kind === 'wrong-method') return refuseMethod(request, match.allowed)
    const response = await answer(context, mount.authorize, { ...match, request, native })
    return request.method === 'HEAD' ? { ...response, body: null } : response
  }
}

interface Arrival<TNative> {
  readonly request: HttpRequest
  readonly native: TNative
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

async function answer<TNative>(
  context: RouteContext,
  authorize: Authorize<TNative> | null,
  arrival: Arrival<TNative>,
): Promise<HttpResponse> {
  try {
    const tenant = await tenantOf(authorize, arrival)
    return await arrival.route.serve(context, { request: arrival.request, params: arrival.params, tenant })
  } catch (error) {
    const response = problemFromError(error)
    if (response.status === 500) context.orchestrator.report(error)
    return response
  }
}

async function tenantOf<TNative>(
  authorize: Authorize<TNative> | null,
  { native, route, params }: Arrival<TNative>,
): Promise<string | null> {
  const { guard } = route
  if (authorize === null || guard.scope === null) return null
  const callId = params['id'] ?? parseAttemptId(params['attemptId'] ?? '')?.callId
  const { scope, operation } = guard
  const tenant = await admit(authorize, native, { scope, operation, ...(callId !== undefined && { callId }) })
  if (tenant !== null && guard.reach === 'fleet') throw new ForbiddenError(operation)
  return tenant
}

/** OPTIONS is no exception: a host that speaks CORS answers it before it comes here. */
function refuseMethod({ method }: HttpRequest, allowed: readonly string[]): HttpResponse {
  const allow = allowed.join(', ')
  return problem('METHOD_NOT_ALLOWED', `This path does not know ${method}. It knows ${allow}.`, { headers: { allow } })
}

/** The document is the same for every request of a mount; most mounts have one base path. */
function describeOnce(routes: readonly Route[]): (basePath: string) => string {
  let known: { readonly basePath: string; readonly text: string } | null = null
  return (basePath) => {
    if (known?.basePath !== basePath) known = { basePath, text: openApiText(routes, basePath) }
    return known.text
  }
}
