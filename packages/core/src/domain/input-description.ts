/**
 * What came, without showing it: `a string of 12 characters`, `a number`, `an array`, `a Date`, `nothing`. For phone numbers, metadata and whatever else must not
 * reach a log or an answer.
 */
export function describeKind(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value === 'string') return describeLength(value.length)
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : String(value)
  if (typeof value === 'object') return describeObject(value)
  return `a ${typeof value}`
}

/** What came, shown where it is short and harmless: `1000`, `true`, `"PENDNG"`. For settings and figures, never for personal data. */
export function describeValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'string' && value.length <= 60) return JSON.stringify(value)
  return describeKind(value)
}

/** Where a problem is: `calls[3].metadata.name`, `metadata["a b"]`. Long keys are cut. Empty for the whole. */
export function formatPath(path: readonly PropertyKey[], prefix = ''): string {
  return path.reduce<string>((parent, key) => parent + formatStep(key, parent === ''), prefix)
}

/** The message of a zod rule: what was expected, and what kind of value came. */
export function expected(what: string) {
  return { error: ({ input }: { readonly input?: unknown }) => `Expected ${what}, got ${describeKind(input)}.` }
}

function describeLength(length: number): string {
  if (length === 0) return 'an empty string'
  return length === 1 ? 'a string of 1 character' : `a string of ${length} characters`
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date'
  const name = constructorName(value)
  return name === '' || name === 'Object' ? 'an object' : `a ${name}`
}

/** A proxy or a getter may throw here; the description must not. */
function constructorName(value: object): string {
  try {
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
    return typeof name === 'string' ? name.slice(0, 60) : ''
  } catch {
    return ''
  }
}

function formatStep(key: PropertyKey, isFirst: boolean): string {
  if (typeof key === 'number') return `[${key}]`
  const name = String(key)
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]{0,99}$/u.test(name)) return `[${JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)}]`
  return isFirst ? name : `.${name}`
}
