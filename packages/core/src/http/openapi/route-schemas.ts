import type { Route } from '../route.ts'
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts'
import { pathParameterNames } from './openapi-operation.ts'

/** A route in JSON Schema, in the shape that Fastify and what builds on it read. Whole, without references. */
export interface RouteSchemas {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly params?: JsonSchema
  readonly querystring?: JsonSchema
  readonly body?: JsonSchema
  /** By status. */
  readonly response: Readonly<Record<string, JsonSchema>>
}

/** Describes a route for frameworks that collect the schemas of theirs. */
export function routeSchemas({ path, guard, group, summary, query, body, successes }: Route): RouteSchemas {
  const names = pathParameterNames(path)
  const querystring = jsonSchemaOf(query, 'input')
  const params = {
    type: 'object' as const,
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    required: [...names],
  }
  return {
    operationId: guard.operation,
    summary,
    tags: [group],
    ...(names.length > 0 && { params }),
    ...(Object.keys(querystring.properties ?? {}).length > 0 && { querystring }),
    ...(body !== null && { body: jsonSchemaOf(body.schema, 'input') }),
    response: Object.fromEntries(
      successes.map(({ status, content }) => [
        status,
        content['application/json'] ? jsonSchemaOf(content['application/json'], 'output') : {},
      ]),
    ),
  }
}
