import type * as z from 'zod'
import { controlBodySchema } from '../../domain/input-control.ts'
import type { HttpResponse } from '../http-records.ts'
import { jsonResponse } from '../json-response.ts'
import { answers, bodyLimitBytes, defineRoute, type Input, noBody, noQuery, type Route, type RouteContext, type Visit } from '../route.ts'
import { controlToJson } from '../wire/control-to-json.ts'
import { controlWire } from '../wire/wire-schemas.ts'

const common = { group: 'control', query: noQuery, body: noBody } as const
const controlled = [answers(200, 'The cap, the pause and the gates as they are now.', controlWire)] as const

/** The cap, the pause and the gates of the whole fleet. */
export const controlRoutes: readonly Route[] = [
  defineRoute({
    ...common,
    method: 'GET',
    path: '/control',
    guard: { scope: 'admin', operation: 'readControl', reach: 'fleet' },
    summary: 'Look at the cap, the pause and the gates',
    successes: controlled,
    errors: [],
    handle: readControl,
  }),
  defineRoute({
    ...common,
    method: 'PATCH',
    path: '/control',
    guard: { scope: 'admin', operation: 'changeControl', reach: 'fleet' },
    summary: 'Set the cap, pause, resume',
    body: { schema: controlBodySchema, limitBytes: bodyLimitBytes, isOptional: false, example: { capacity: 50 } },
    successes: controlled,
    errors: [],
    handle: changeControl,
  }),
  defineRoute({
    ...common,
    method: 'DELETE',
    path: '/control/gates/:gateId',
    guard: { scope: 'admin', operation: 'releaseGate', reach: 'fleet' },
    summary: 'Open a gate by hand',
    successes: controlled,
    errors: ['GATE_NOT_FOUND'],
    handle: releaseGate,
  }),
]

async function readControl({ orchestrator }: RouteContext): Promise<HttpResponse> {
  return jsonResponse(200, controlToJson(await orchestrator.control()))
}

async function changeControl(context: RouteContext, { body }: Input<unknown, z.output<typeof controlBodySchema>>): Promise<HttpResponse> {
  const { orchestrator } = context
  if (body.capacity !== undefined) await orchestrator.setConcurrency(body.capacity)
  if (body.paused !== undefined) await (body.paused ? orchestrator.pause() : orchestrator.resume())
  return readControl(context)
}

async function releaseGate(context: RouteContext, { params }: Visit): Promise<HttpResponse> {
  await context.orchestrator.release(params['gateId'] ?? '')
  return readControl(context)
}
