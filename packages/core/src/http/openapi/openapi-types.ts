import type { JsonSchema } from './json-schema.ts'

/** As much of an OpenAPI 3.1 document as this one has. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly summary: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

/** A route in it. */
export interface OpenApiOperation {
  /** What `authorize` is told. */
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters: readonly OpenApiParameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: OpenApiContent }
  /** By status. */
  readonly responses: Readonly<Record<string, OpenApiResponse>>
}

/** A value in the path, the query or a header. */
export interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

/** An answer of one status. */
export interface OpenApiResponse {
  readonly description: string
  readonly headers: OpenApiHeaders
  readonly content: OpenApiContent
}

/** Response headers by name. */
export type OpenApiHeaders = Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>

/** Bodies by media type. */
type OpenApiContent = Readonly<Record<string, OpenApiMediaType>>

interface OpenApiMediaType {
  readonly schema: JsonSchema | { readonly $ref: string }
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value: object }>>
}
