import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigurationError, type InputProblem } from '../errors.ts'
import { describeKind, formatPath } from './input-description.ts'
import { maxJsonBytes } from './input-fields.ts'
import type { ReadResult } from './input-problems.ts'
import type { JsonObject } from './json.ts'
import { copyJsonObject } from './json-rules.ts'

/** Any Standard Schema whose output is an object. */
export type MetadataSchema = StandardSchemaV1<unknown, object>

/** The host's schema, if it is one. Throws a ConfigurationError. */
export function requireMetadataSchema(schema: unknown): MetadataSchema {
  if (isStandardSchema(schema)) return schema
  throw new ConfigurationError(
    `metadata must be a Standard Schema (zod, valibot, arktype and others make them), got ${describeKind(schema)}.`,
  )
}

/**
 * Checks metadata with the host's own schema, and stores what the schema makes of it: defaults filled in, keys dropped. That too must be JSON within the limits. `path` is put
 * before the path of every problem.
 */
export function readMetadata(
  schema: MetadataSchema,
  metadata: JsonObject,
  path = 'metadata',
): ReadResult<JsonObject> | Promise<ReadResult<JsonObject>> {
  const result = schema['~standard'].validate(metadata)
  return result instanceof Promise ? result.then((settled) => metadataOf(settled, path)) : metadataOf(result, path)
}

/** The same where nothing can be awaited. Throws a ConfigurationError if the schema is asynchronous. */
export function readMetadataSync(schema: MetadataSchema, metadata: JsonObject, path = 'metadata'): ReadResult<JsonObject> {
  const result = readMetadata(schema, metadata, path)
  if (!(result instanceof Promise)) return result
  // Nobody will ever await it, and its rejection must not end the process.
  result.catch(() => {})
  throw new ConfigurationError(
    'The metadata schema is asynchronous, so enqueueSync cannot use it. Use enqueue, or a schema that answers at once.',
  )
}

/** Some libraries make schemas that are functions. */
function isStandardSchema(schema: unknown): schema is MetadataSchema {
  const isHolder = (typeof schema === 'object' && schema !== null) || typeof schema === 'function'
  const standard: unknown = isHolder && '~standard' in schema ? schema['~standard'] : null
  return typeof standard === 'object' && standard !== null && 'validate' in standard && typeof standard.validate === 'function'
}

function metadataOf(result: StandardSchemaV1.Result<object>, path: string): ReadResult<JsonObject> {
  if (result.issues !== undefined) return { ok: false, problems: result.issues.map((issue) => problemOf(issue, path)) }
  const copy = copyJsonObject(result.value, { maxBytes: maxJsonBytes })
  if (copy.ok) return copy
  return { ok: false, problems: copy.problems.map((problem) => ({ path: formatPath(problem.path, path), message: problem.message })) }
}

function problemOf({ path = [], message }: StandardSchemaV1.Issue, prefix: string): InputProblem {
  return {
    path: formatPath(
      path.map((step) => (typeof step === 'object' ? step.key : step)),
      prefix,
    ),
    message,
  }
}
