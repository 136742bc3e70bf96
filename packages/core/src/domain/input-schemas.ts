import type * as z from 'zod'
import type { InputProblem } from '../errors.ts'
import { fields } from './input-fields.ts'
import { objectOf } from './input-problems.ts'

/** What is wrong when a call would expire before it is due, or at that very instant. */
export const scheduleProblem: InputProblem = { path: 'expiresAt', message: 'Expected an instant after scheduledAt.' }

/** A field that is left out, undefined or null is one of these. A null `maxAttempts` is the orchestrator's to fill. */
export const inputDefaults = {
  from: null,
  variables: Object.freeze({}),
  metadata: Object.freeze({}),
  provider: null,
  providerOptions: Object.freeze({}),
  tenant: null,
  priority: 0,
  scheduledAt: null,
  expiresAt: null,
  maxAttempts: null,
  exclusive: true,
  idempotencyKey: null,
} as const

/** What a call is made of; every field has a value when it comes out. `instant` reads a Date in the SDK, text on the wire. */
export function enqueueSchema(instant: z.ZodType<Date>) {
  return ordered(objectOf(enqueueShape(instant)))
}

/** The same for a wire: there the host says whose call it is, not the client. */
export function enqueueSchemaWithoutTenant(instant: z.ZodType<Date>) {
  const { tenant, ...shape } = enqueueShape(instant)
  return ordered(objectOf(shape))
}

/** The same for a wire that does not let clients name providers either. */
export function enqueueSchemaWithoutProvider(instant: z.ZodType<Date>) {
  const { tenant, provider, providerOptions, ...shape } = enqueueShape(instant)
  return ordered(objectOf(shape))
}

/** What of a PENDING call can be changed. A field that is left out stays out; one that is null comes out as its default. */
export function updateSchema(instant: z.ZodType<Date>) {
  return ordered(objectOf(updateShape(instant)))
}

/** The same for a wire that does not let clients name providers. */
export function updateSchemaWithoutProvider(instant: z.ZodType<Date>) {
  const { provider, providerOptions, ...shape } = updateShape(instant)
  return ordered(objectOf(shape))
}

function enqueueShape(instant: z.ZodType<Date>) {
  return {
    to: fields.to,
    scriptId: fields.scriptId,
    from: orDefault(fields.from, inputDefaults.from),
    variables: orDefault(fields.variables, inputDefaults.variables),
    metadata: orDefault(fields.metadata, inputDefaults.metadata),
    provider: orDefault(fields.provider, inputDefaults.provider),
    providerOptions: orDefault(fields.providerOptions, inputDefaults.providerOptions),
    tenant: orDefault(fields.tenant, inputDefaults.tenant),
    priority: orDefault(fields.priority, inputDefaults.priority),
    scheduledAt: orDefault(instant.describe(descriptions.scheduledAt), inputDefaults.scheduledAt),
    expiresAt: orDefault(instant.describe(descriptions.expiresAt), inputDefaults.expiresAt),
    maxAttempts: orDefault(fields.maxAttempts, inputDefaults.maxAttempts),
    exclusive: orDefault(fields.exclusive, inputDefaults.exclusive),
    idempotencyKey: orDefault(fields.idempotencyKey, inputDefaults.idempotencyKey),
  }
}

function updateShape(instant: z.ZodType<Date>) {
  return {
    to: fields.to.optional(),
    scriptId: fields.scriptId.optional(),
    from: orCleared(fields.from, inputDefaults.from),
    variables: orCleared(fields.variables, inputDefaults.variables),
    metadata: orCleared(fields.metadata, inputDefaults.metadata),
    provider: orCleared(fields.provider, inputDefaults.provider),
    providerOptions: orCleared(fields.providerOptions, inputDefaults.providerOptions),
    priority: orCleared(fields.priority, inputDefaults.priority),
    scheduledAt: orCleared(instant.describe(descriptions.scheduledAt), inputDefaults.scheduledAt),
    expiresAt: orCleared(instant.describe(descriptions.expiresAt), inputDefaults.expiresAt),
    maxAttempts: orCleared(fields.maxAttempts, inputDefaults.maxAttempts),
    exclusive: orCleared(fields.exclusive, inputDefaults.exclusive),
  }
}

const descriptions = {
  scheduledAt: 'Not dialed earlier. One that has passed means at once.',
  expiresAt: 'No dial begins later. Must lie after scheduledAt.',
}

function orDefault<TSchema extends z.ZodType, TDefault>(schema: TSchema, fallback: TDefault) {
  return schema.nullish().transform((value) => value ?? fallback)
}

function orCleared<TSchema extends z.ZodType, TDefault>(schema: TSchema, fallback: TDefault) {
  return schema
    .nullable()
    .transform((value) => value ?? fallback)
    .optional()
}

/** Adds the one rule between two fields. It speaks up beside the problems of most other fields, not only after they are mended. */
function ordered<TSchema extends z.ZodObject>(schema: TSchema): TSchema {
  return schema.refine(isOrdered, { path: [scheduleProblem.path], error: scheduleProblem.message, when: () => true })
}

function isOrdered(input: unknown): boolean {
  if (typeof input !== 'object' || input === null || !('scheduledAt' in input) || !('expiresAt' in input)) return true
  const { scheduledAt, expiresAt } = input
  return !(scheduledAt instanceof Date && expiresAt instanceof Date) || scheduledAt < expiresAt
}
