import { hash } from 'node:crypto'
import type { NormalizedCall } from './input.ts'
import { inputDefaults } from './input-schemas.ts'
import type { Json } from './json.ts'

/**
 * Tells the same input from other input under one idempotency key: SHA-256, in hex, of the input's canonical JSON without its key and its tenant. Neither the order of
 * keys nor a default that was spelled out matters; a field that a later release adds does not change the fingerprints of calls without it.
 */
export function fingerprintOf({ idempotencyKey, tenant, ...input }: NormalizedCall): string {
  const chosen = Object.entries(input).filter(([name, value]) => !isDefault(name, value))
  return hash('sha256', canonicalJson(Object.fromEntries(chosen.map(([name, value]) => [name, jsonOf(value)]))))
}

/** JSON text that is the same for equal values: keys in the order of their UTF-16 code units, no spaces, as in RFC 8785. */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}

function isDefault(name: string, value: unknown): boolean {
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) return Object.keys(value).length === 0
  return value === inputDefaults[name as keyof typeof inputDefaults]
}

function jsonOf(value: Json | Date): Json {
  return value instanceof Date ? value.toISOString() : value
}

/** Array.isArray does not tell readonly arrays from objects. */
function isArray(value: Exclude<Json, string | number | boolean | null>): value is readonly Json[] {
  return Array.isArray(value)
}
