import * as z from 'zod'

/** A JSON Schema of draft 2020-12, the dialect of OpenAPI 3.1. */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/** Describes what a schema takes (`input`) or makes (`output`), whole and without references. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema, ...described } = z.toJSONSchema(schema, { io, override: trustFormats })
  return described
}

/** Describes schemas that refer to one another by `#/components/schemas/<name>`. */
export function componentsOf(schemas: Readonly<Record<string, z.ZodType>>): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id })
  const described = z.toJSONSchema(registry, { io: 'output', uri: componentUri, override: trustFormats })
  return Object.fromEntries(Object.entries(described.schemas).map(([name, { $schema, $id, ...component }]) => [name, component]))
}

/** Where a component stands in the document. */
export function componentUri(name: string): string {
  return `#/components/schemas/${name}`
}

/** The properties of a described object, each with its name and whether it must be there. */
export function propertiesOf(
  schema: JsonSchema,
): readonly { readonly name: string; readonly isRequired: boolean; readonly schema: JsonSchema }[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    isRequired: schema.required?.includes(name) ?? false,
    schema: typeof property === 'boolean' ? {} : property,
  }))
}

/** The pattern of an instant has five lines and says no more than its format. */
function trustFormats({ jsonSchema }: { readonly jsonSchema: JsonSchema }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
}
