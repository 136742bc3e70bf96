import * as z from 'zod'
import type { HttpResponse } from '../http-records.ts'
import { answers, defineRoute, type Input, noBody, noQuery, type Route, type RouteContext } from '../route.ts'

/** The routes, described by themselves. */
export const openApiRoutes: readonly Route[] = [
  defineRoute({
    group: 'openapi',
    method: 'GET',
    path: '/openapi.json',
    guard: { scope: null, operation: 'describeRoutes' },
    summary: 'This document',
    query: noQuery,
    body: noBody,
    successes: [answers(200, 'OpenAPI 3.1.', z.looseObject({ openapi: z.string() }))],
    errors: [],
    handle: describeRoutes,
  }),
]

async function describeRoutes({ openApi }: RouteContext, { request }: Input): Promise<HttpResponse> {
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: openApi(request.basePath) }
}
