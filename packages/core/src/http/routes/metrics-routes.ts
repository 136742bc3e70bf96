import type { HttpResponse } from '../http-records.ts'
import { jsonResponse } from '../json-response.ts'
import { answers, defineRoute, type Input, noBody, noQuery, type Route, type RouteContext } from '../route.ts'
import { metricsToJson } from '../wire/metrics-to-json.ts'
import { metricsToText } from '../wire/metrics-to-text.ts'
import { negotiate } from '../wire/negotiate.ts'
import { metricsWire } from '../wire/wire-schemas.ts'

const openMetrics = 'application/openmetrics-text'

/** Figures for people, and for Prometheus. */
export const metricsRoutes: readonly Route[] = [
  defineRoute({
    group: 'metrics',
    method: 'GET',
    path: '/metrics',
    guard: { scope: 'metrics', operation: 'readMetrics', reach: 'fleet' },
    summary: 'Figures of the fleet, as JSON or for Prometheus',
    headers: { Accept: '`text/plain` or `application/openmetrics-text` ask for Prometheus text.' },
    query: noQuery,
    body: noBody,
    successes: [
      {
        ...answers(200, 'The figures.', metricsWire, { Vary: '`Accept`' }),
        content: { 'application/json': metricsWire, 'text/plain': null, [openMetrics]: null },
      },
    ],
    errors: [],
    handle: readMetrics,
  }),
]

async function readMetrics({ orchestrator }: RouteContext, { request }: Input): Promise<HttpResponse> {
  const metrics = await orchestrator.metrics()
  const type = negotiate(request.headers['accept'], ['application/json', openMetrics, 'text/plain'])
  if (type === 'application/json') return jsonResponse(200, metricsToJson(metrics), { vary: 'Accept' })
  const isOpenMetrics = type === openMetrics
  const version = isOpenMetrics ? '1.0.0' : '0.0.4'
  return {
    status: 200,
    headers: { 'content-type': `${type}; version=${version}; charset=utf-8`, 'cache-control': 'no-store', vary: 'Accept' },
    body: metricsToText(metrics, { isOpenMetrics }),
  }
}
