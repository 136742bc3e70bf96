import * as z from 'zod'
import { instantText } from './input-instants.ts'
import { objectOf } from './input-problems.ts'
import { enqueueSchemaWithoutProvider, enqueueSchemaWithoutTenant, updateSchema, updateSchemaWithoutProvider } from './input-schemas.ts'

const maxBatchCalls = 10_000

/**
 * The bodies of the wire. Instants are ISO 8601 text with an offset and come out as Dates; unknown keys are refused; null says the same as leaving an optional field out. What comes out is an input for `enqueue`, `update` and `enqueueMany`. `z.toJSONSchema(schema, { io: 'input' })` describes each.
 */
export interface BodySchemas {
  readonly enqueue: ReturnType<typeof enqueueSchemaWithoutTenant> | ReturnType<typeof enqueueSchemaWithoutProvider>
  readonly update: ReturnType<typeof updateSchema> | ReturnType<typeof updateSchemaWithoutProvider>
  readonly batch: ReturnType<typeof batchOf>
}

/** The bodies that a mount takes. Without `exposeProviderOptions` a client can name neither `provider` nor `providerOptions`. */
export function bodySchemas({ exposeProviderOptions }: { readonly exposeProviderOptions: boolean }): BodySchemas {
  return exposeProviderOptions ? fullBodies : portableBodies
}

const fullBodies: BodySchemas = {
  enqueue: enqueueSchemaWithoutTenant(instantText),
  update: updateSchema(instantText),
  batch: batchOf(enqueueSchemaWithoutTenant(instantText)),
}

const portableBodies: BodySchemas = {
  enqueue: enqueueSchemaWithoutProvider(instantText),
  update: updateSchemaWithoutProvider(instantText),
  batch: batchOf(enqueueSchemaWithoutProvider(instantText)),
}

/** Looks at the number of calls before it looks at any: millions of broken ones would otherwise make millions of problems. */
function batchOf(call: ReturnType<typeof enqueueSchemaWithoutTenant> | ReturnType<typeof enqueueSchemaWithoutProvider>) {
  const calls = z.array(call, { error: `Expected an array of 1 to ${maxBatchCalls} calls.` })
  return objectOf({ calls: z.preprocess(refuseOtherCounts, calls.min(1).max(maxBatchCalls)) })
}

function refuseOtherCounts(calls: unknown, context: z.core.$RefinementCtx): unknown {
  if (!Array.isArray(calls) || (calls.length > 0 && calls.length <= maxBatchCalls)) return calls
  context.addIssue(`Expected an array of 1 to ${maxBatchCalls} calls, got ${calls.length}.`)
  return z.NEVER
}
