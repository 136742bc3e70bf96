import { bodySchemas } from '../../domain/input-body.ts'
import { listParametersSchema } from '../../domain/input-list.ts'
import { answers, bodyLimitBytes, defineRoute, noBody, noQuery, type Route } from '../route.ts'
import { batchWire, callPageWire, callWire } from '../wire/wire-schemas.ts'
import { callHandlers } from './call-handlers.ts'
import { batchExample, enqueueExample, updateExample } from './examples.ts'

/** Batches: 8 MB. */
const batchLimitBytes = 8_388_608

const common = { group: 'calls', query: noQuery, body: noBody } as const
const takesKey = { 'Idempotency-Key': '1 to 255 visible ASCII characters. The same key with the same input is the same call.' }
const location = { Location: 'Where the call is.' }
const replayed = { 'Idempotent-Replayed': '`true`: the key had been used before.' }

/** Everything about calls but their attempts. What a client may say about providers depends on the mount, so the routes do. */
export function callRoutes(options: { readonly exposeProviderOptions: boolean }): readonly Route[] {
  return [...collectionRoutes(options), ...singleCallRoutes(options)]
}

function collectionRoutes(options: { readonly exposeProviderOptions: boolean }): readonly Route[] {
  const handlers = callHandlers(options)
  const { enqueue, batch } = bodySchemas(options)
  return [
    defineRoute({
      ...common,
      method: 'POST',
      path: '/calls',
      guard: { scope: 'enqueue', operation: 'enqueueCall', reach: 'tenant' },
      summary: 'Enqueue a call',
      headers: takesKey,
      body: { schema: enqueue, limitBytes: bodyLimitBytes, isOptional: false, example: enqueueExample },
      successes: [
        answers(201, 'The call was enqueued.', callWire, location),
        answers(200, 'The call that bears the key, as it is now.', callWire, { ...location, ...replayed }),
      ],
      errors: ['IDEMPOTENCY_KEY_REUSED'],
      handle: handlers.enqueue,
    }),
    defineRoute({
      ...common,
      method: 'GET',
      path: '/calls',
      guard: { scope: 'read', operation: 'listCalls', reach: 'tenant' },
      summary: 'List calls, newest first',
      query: listParametersSchema,
      successes: [answers(200, 'A page of calls.', callPageWire)],
      errors: [],
      handle: handlers.list,
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: '/calls/batch',
      guard: { scope: 'enqueue', operation: 'enqueueCalls', reach: 'tenant' },
      summary: 'Enqueue up to 10 000 calls, all or none',
      headers: takesKey,
      body: { schema: batch, limitBytes: batchLimitBytes, isOptional: false, example: batchExample },
      successes: [
        answers(201, 'The calls; at least one is new.', batchWire),
        answers(200, 'The calls; all of them had been enqueued before.', batchWire, replayed),
      ],
      errors: ['IDEMPOTENCY_KEY_REUSED'],
      handle: handlers.enqueueMany,
    }),
  ]
}

function singleCallRoutes(options: { readonly exposeProviderOptions: boolean }): readonly Route[] {
  const handlers = callHandlers(options)
  const { update } = bodySchemas(options)
  return [
    defineRoute({
      ...common,
      method: 'GET',
      path: '/calls/:id',
      guard: { scope: 'read', operation: 'getCall', reach: 'tenant' },
      summary: 'Look at a call',
      successes: [answers(200, 'The call.', callWire)],
      errors: ['CALL_NOT_FOUND'],
      handle: handlers.get,
    }),
    defineRoute({
      ...common,
      method: 'PATCH',
      path: '/calls/:id',
      guard: { scope: 'enqueue', operation: 'updateCall', reach: 'tenant' },
      summary: 'Change a call that is still PENDING; null clears',
      body: { schema: update, limitBytes: bodyLimitBytes, isOptional: false, example: updateExample },
      successes: [answers(200, 'The call after the change.', callWire)],
      errors: ['CALL_NOT_FOUND', 'CALL_NOT_PENDING'],
      handle: handlers.update,
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: '/calls/:id/cancel',
      guard: { scope: 'enqueue', operation: 'cancelCall', reach: 'tenant' },
      summary: 'Cancel a call',
      successes: [
        answers(200, 'It was PENDING and is CANCELED.', callWire),
        answers(202, 'It is live: no retry follows, and it ends CANCELED, or COMPLETED if it completed first.', callWire),
      ],
      errors: ['CALL_NOT_FOUND', 'CALL_ENDED'],
      handle: handlers.cancel,
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: '/calls/:id/retry',
      guard: { scope: 'enqueue', operation: 'retryCall', reach: 'tenant' },
      summary: 'Enqueue an ended call anew',
      successes: [answers(201, 'A new call, whose retryOf is this one.', callWire, location)],
      errors: ['CALL_NOT_FOUND', 'CALL_NOT_ENDED'],
      handle: handlers.retry,
    }),
  ]
}
