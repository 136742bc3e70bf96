import type { Call } from '../../domain/call.ts'
import { withoutUndefined } from '../../domain/without-undefined.ts'
import type { CallPage, ListQuery } from '../../ports/store.ts'
import type { HttpRequest, HttpResponse } from '../http-records.ts'
import { jsonResponse } from '../json-response.ts'
import type { WireCall } from '../orchestrator-api.ts'
import type { Input, RouteContext, Visit } from '../route.ts'
import { callPageToJson, callToJson } from '../wire/call-to-json.ts'
import { callIdWithinTenant, callWithinTenant } from './call-within-tenant.ts'
import { agreedKey, keyFromHeader, keyWithinBatch } from './idempotency-key.ts'

/** What the call routes do. All of it stays within the tenant that the visit is bound to. */
export function callHandlers(options: { readonly exposeProviderOptions: boolean }) {
  return {
    async enqueue({ orchestrator }: RouteContext, { request, body, tenant }: Input<unknown, NewWireCall>): Promise<HttpResponse> {
      const idempotencyKey = agreedKey(keyFromHeader(request), body.idempotencyKey)
      const { call, replayed } = await orchestrator.enqueue({ ...body, tenant, idempotencyKey })
      const headers = { location: locationOf(request, call), ...replayedHeader(replayed) }
      return jsonResponse(replayed ? 200 : 201, callToJson(call, options), headers)
    },

    async enqueueMany(
      { orchestrator }: RouteContext,
      { request, body, tenant }: Input<unknown, { readonly calls: readonly NewWireCall[] }>,
    ) {
      const batchKey = keyFromHeader(request)
      const results = await orchestrator.enqueueMany(
        body.calls.map((call, index) => ({ ...call, tenant, idempotencyKey: keyOf(call, batchKey, index) })),
      )
      const replayed = results.every((result) => result.replayed)
      const items = results.map(({ call }) => callToJson(call, options))
      return jsonResponse(replayed ? 200 : 201, { items }, replayedHeader(replayed))
    },

    async list({ orchestrator }: RouteContext, { query, tenant }: Input<WireListQuery>): Promise<HttpResponse> {
      const wanted = withoutUndefined(query)
      const isForeign = tenant !== null && wanted.tenant !== undefined && wanted.tenant !== tenant
      const page = isForeign ? emptyPage(wanted) : await orchestrator.list(tenant === null ? wanted : { ...wanted, tenant })
      return jsonResponse(200, callPageToJson(page, options))
    },

    async get(context: RouteContext, visit: Visit): Promise<HttpResponse> {
      return jsonResponse(200, callToJson(await callWithinTenant(context, visit), options))
    },

    async update(context: RouteContext, input: Input<unknown, WireCall>): Promise<HttpResponse> {
      const callId = await callIdWithinTenant(context, input)
      return jsonResponse(200, callToJson(await context.orchestrator.update(callId, input.body), options))
    },

    async cancel(context: RouteContext, visit: Visit): Promise<HttpResponse> {
      const call = await context.orchestrator.cancel(await callIdWithinTenant(context, visit))
      return jsonResponse(call.status === 'CANCELED' ? 200 : 202, callToJson(call, options))
    },

    async retry(context: RouteContext, visit: Visit): Promise<HttpResponse> {
      const call = await context.orchestrator.retry(await callIdWithinTenant(context, visit))
      return jsonResponse(201, callToJson(call, options), { location: locationOf(visit.request, call) })
    },
  }
}

type NewWireCall = WireCall & { readonly idempotencyKey: string | null }
type WireListQuery = { readonly [TKey in keyof ListQuery]: ListQuery[TKey] | undefined }

/** A call's own key is more exact than that of its batch. */
function keyOf(call: NewWireCall, batchKey: string | null, index: number): string | null {
  return call.idempotencyKey ?? (batchKey === null ? null : keyWithinBatch(batchKey, index))
}

function locationOf({ basePath }: HttpRequest, { id }: Call<object>): string {
  return `${basePath}/calls/${id}`
}

function replayedHeader(replayed: boolean): Readonly<Record<string, string>> {
  return replayed ? { 'idempotent-replayed': 'true' } : {}
}

/** What a list of another tenant's calls shows. */
function emptyPage({ cursor, page = 1, pageSize = 20 }: ListQuery): CallPage<object> {
  const counted = cursor === undefined ? { page, total: 0, totalPages: 0 } : { page: null, total: null, totalPages: null }
  return { items: [], pageSize, nextCursor: null, ...counted }
}
