import type { OpenApiOperation } from '@ebra/core/http'
import { type Chance, oneOf } from '../chance.ts'
import { hostileJson, hostileKeys } from './literals.ts'

/** A schema of the OpenAPI document, whole. */
export type Schema = OpenApiOperation['parameters'][number]['schema']

/** Writes JSON that fits a schema, but for the parts that chance replaces by something hostile. Text, since 1e400 or a key that occurs twice is no value. */
export function jsonTextFor(schema: Schema, chance: Chance, hostility: number): string {
  if (chance.share() < hostility) return oneOf(chance, hostileJson)
  const { anyOf, type, properties, items, additionalProperties } = schema
  if (schema.enum !== undefined) return JSON.stringify(oneOf(chance, schema.enum))
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (anyOf !== undefined) return jsonTextFor(wholeSchema(oneOf(chance, anyOf)), chance, hostility)
  switch (typeof type === 'string' ? type : oneOf(chance, type ?? ['string', 'number', 'boolean', 'null'])) {
    case 'object':
      return properties === undefined
        ? freeObject(wholeSchema(additionalProperties ?? {}), chance, hostility)
        : knownObject(schema, chance, hostility)
    case 'array':
      return `[${Array.from({ length: chance.between(1, 3) }, () => jsonTextFor(wholeSchema(items ?? {}), chance, hostility)).join(',')}]`
    case 'integer':
      return String(chance.between(Math.max(schema.minimum ?? -100, -100), Math.min(schema.maximum ?? 100, 100)))
    case 'number':
      return String(chance.between(-1_000, 1_000) / 8)
    case 'boolean':
      return String(chance.share() < 0.5)
    case 'null':
      return 'null'
    default:
      return JSON.stringify(textFor(schema, chance))
  }
}

/** A text that fits a schema. */
export function textFor({ format, pattern, maxLength = 40 }: Schema, chance: Chance): string {
  if (format === 'date-time') return new Date(Date.UTC(2026, 0, 1) + chance.between(0, 400) * 86_400_000).toISOString()
  if (pattern?.startsWith('^\\+')) return `+4930${String(chance.between(0, 99_999_999)).padStart(8, '0')}`
  const letters =
    pattern === undefined ? ['a', 'Z', '7', ' ', 'ü', '電', '📞', '"', '\\', '\n', '%', '{'] : ['a', 'Z', '7', '-', '"', '\\', '%', '{']
  return Array.from({ length: chance.between(1, Math.min(maxLength, 20)) }, () => oneOf(chance, letters))
    .join('')
    .slice(0, maxLength)
}

function knownObject({ properties = {}, required = [] }: Schema, chance: Chance, hostility: number): string {
  const named = Object.entries(properties).filter(([name]) => chance.share() < (required.includes(name) ? 1 - hostility / 2 : 0.25))
  const members = named.map(([name, schema]) => `${JSON.stringify(name)}:${jsonTextFor(wholeSchema(schema), chance, hostility)}`)
  return `{${[...members, ...strangers(chance, hostility / 2)].join(',')}}`
}

function freeObject(values: Schema, chance: Chance, hostility: number): string {
  const members = Array.from(
    { length: chance.between(0, 3) },
    () => `${JSON.stringify(textFor({}, chance))}:${jsonTextFor(values, chance, hostility)}`,
  )
  return `{${[...members, ...strangers(chance, hostility)].join(',')}}`
}

function strangers(chance: Chance, hostility: number): readonly string[] {
  return chance.share() < hostility ? [`"${oneOf(chance, hostileKeys)}":${oneOf(chance, hostileJson)}`] : []
}

/** `true` allows everything; `false` is nothing that this document says. */
function wholeSchema(schema: Schema | boolean | readonly unknown[]): Schema {
  return typeof schema === 'object' && !Array.isArray(schema) ? (schema as Schema) : {}
}
