import { describeKind } from './input-description.ts'
import type { Json, JsonObject } from './json.ts'

/** What a JSON object may weigh, in bytes of its UTF-8 text, and how deep it may go. */
export interface JsonLimits {
  readonly maxBytes: number
  /** Levels of objects and arrays, the outermost included: `{}` has one. Defaults to 32. */
  readonly maxDepth?: number
}

/** One thing that is wrong, and the keys and indexes that lead to it. No message shows a value. */
export interface JsonProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** A frozen copy, or what is wrong with the original. */
export type JsonResult =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly problems: readonly JsonProblem[] }

/**
 * Copies a JSON object, so that the host may change its own afterwards, and refuses what databases, signatures and providers disagree about: numbers that are not
 * finite, strings with NUL or half a surrogate pair, `undefined`, functions, dates and other instances, holes in arrays, the key `__proto__`.
 *
 * Reads each property once and throws for nothing, whatever getters and proxies do. Work and memory are bounded by the limits: a cycle is too deep, a
 * structure that repeats itself is too large. Keys that are symbols or not enumerable are left out, as JSON does. −0 becomes 0.
 */
export function copyJsonObject(value: unknown, limits: JsonLimits): JsonResult {
  const walk: Walk = { path: [], problems: [], roomBytes: limits.maxBytes - 1, maxDepth: limits.maxDepth ?? 32 }
  const copy = copyReadable(walk, value)
  if (walk.roomBytes < 0) return { ok: false, problems: [tooLarge(limits.maxBytes)] }
  if (copy === null || walk.problems.length > 0) return { ok: false, problems: walk.problems }
  return isTooLarge(walk, copy, limits.maxBytes) ? { ok: false, problems: [tooLarge(limits.maxBytes)] } : { ok: true, value: copy }
}

/** True for text that every store and provider takes: no NUL (Postgres refuses it), no half of a surrogate pair (UTF-8 has none). */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** Where a copy stands. `roomBytes` counts down by what the text takes at the least, so that hostile sizes end early. */
interface Walk {
  readonly path: (string | number)[]
  readonly problems: JsonProblem[]
  readonly maxDepth: number
  roomBytes: number
}

/** Nothing takes more than 24 times what it was counted as: that is one digit counted for the longest number. So most objects need not be written out to be weighed. */
function isTooLarge(walk: Walk, copy: JsonObject, maxBytes: number): boolean {
  const leastBytes = maxBytes - walk.roomBytes
  return leastBytes * 24 > maxBytes && Buffer.byteLength(JSON.stringify(copy)) > maxBytes
}

/** A list of problems longer than this helps nobody. */
const maxProblems = 20

/** Any property may be a getter, any object a proxy: both may throw. */
function copyReadable(walk: Walk, value: unknown): JsonObject | null {
  try {
    return isPlainObject(value) ? copyObject(walk, value) : refuse(walk, `Expected a JSON object, got ${describeKind(value)}.`)
  } catch {
    return refuse(walk, 'Expected a value that can be read, got an error.')
  }
}

function copyValue(walk: Walk, value: unknown): Json {
  if (typeof value === 'string') return copyText(walk, value)
  if (typeof value === 'number') return copyNumber(walk, value)
  walk.roomBytes -= 1
  if (value === null || typeof value === 'boolean') return value
  if (Array.isArray(value)) return copyArray(walk, value)
  if (isPlainObject(value)) return copyObject(walk, value)
  return refuse(walk, `Expected a JSON value, got ${value === undefined ? 'undefined' : describeKind(value)}.`)
}

function copyText(walk: Walk, text: string): string {
  walk.roomBytes -= text.length + 2
  if (walk.roomBytes >= 0 && !isStorableText(text)) refuse(walk, unstorableText)
  return text
}

function copyNumber(walk: Walk, value: number): number {
  walk.roomBytes -= 1
  if (!Number.isFinite(value)) refuse(walk, `Expected a finite number, got ${value}.`)
  return value + 0
}

function copyArray(walk: Walk, values: readonly unknown[]): readonly Json[] | null {
  if (walk.path.length >= walk.maxDepth) return refuse(walk, tooDeep(walk.maxDepth))
  const copy: Json[] = []
  for (let index = 0; index < values.length && !isHopeless(walk); index++) {
    walk.path.push(index)
    walk.roomBytes -= 1
    copy.push(copyValue(walk, values[index]))
    walk.path.pop()
  }
  return Object.freeze(copy)
}

function copyObject(walk: Walk, values: Readonly<Record<string, unknown>>): JsonObject | null {
  if (walk.path.length >= walk.maxDepth) return refuse(walk, tooDeep(walk.maxDepth))
  const copy: Record<string, Json> = {}
  for (const key of Object.keys(values)) {
    if (isHopeless(walk)) break
    walk.path.push(key)
    walk.roomBytes -= key.length + 4
    if (isStorableKey(walk, key)) copy[key] = copyValue(walk, values[key])
    walk.path.pop()
  }
  return Object.freeze(copy)
}

/** Assigning `__proto__` to a copy would change its prototype instead: the key would be lost, or do harm further on. */
function isStorableKey(walk: Walk, key: string): boolean {
  if (key === '__proto__') refuse(walk, 'This key is not allowed.')
  else if (!isStorableText(key)) refuse(walk, `In a key: ${unstorableText}`)
  else return true
  return false
}

/** An object that is nothing but its keys, of this realm or another. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null
}

function isHopeless(walk: Walk): boolean {
  return walk.roomBytes < 0 || walk.problems.length >= maxProblems
}

function refuse(walk: Walk, message: string): null {
  walk.problems.push({ path: [...walk.path], message })
  return null
}

const unstorableText = 'Expected well-formed text, got text with NUL or half of a surrogate pair.'

function tooDeep(maxDepth: number): string {
  return `Expected at most ${maxDepth} levels of objects and arrays, got more.`
}

function tooLarge(maxBytes: number): JsonProblem {
  return { path: [], message: `Expected at most ${maxBytes} bytes of JSON, got more.` }
}
