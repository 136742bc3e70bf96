import { ConfigurationError } from '../errors.ts'
import { describeValue } from './input-description.ts'
import { didYouMean } from './suggestion.ts'

/** What a number among options may be. Both bounds are allowed values. */
export interface NumberRange {
  /** Defaults to no bound. */
  readonly min?: number
  /** Defaults to no bound, which leaves infinity out all the same. */
  readonly max?: number
  /** Defaults to false. */
  readonly isInteger?: boolean
}

/** Refuses what is no object, and keys that nobody would read: `new SqliteStore: unknown option "fiel". Did you mean "file"?` Throws a ConfigurationError. */
export function refuseUnknownKeys(where: string, options: unknown, known: readonly string[]): asserts options is object {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigurationError(`${where}: options must be an object, got ${describeValue(options)}.`)
  }
  const unknown = Object.keys(options).filter((key) => !known.includes(key))
  if (unknown.length === 0) return
  throw new ConfigurationError(
    `${where}: ${unknown.map((key) => `unknown option ${describeValue(key)}.${didYouMean(key, known)}`).join(' ')}`,
  )
}

/** A number within its range. Throws a ConfigurationError that says what was expected and what came. */
export function optionNumber(where: string, name: string, value: unknown, range: NumberRange = {}): number {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, isInteger = false } = range
  const isKind = isInteger ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (typeof value === 'number' && isKind && value >= min && value <= max) return value
  throw new ConfigurationError(`${where}: ${name} must be ${describeRange(range)}, got ${describeValue(value)}.`)
}

/** One of a few words. Throws a ConfigurationError that lists them. */
export function optionOneOf<TChoice extends string>(where: string, name: string, value: unknown, choices: readonly TChoice[]): TChoice {
  const chosen = choices.find((choice) => choice === value)
  if (chosen !== undefined) return chosen
  const words = choices.map((choice) => `"${choice}"`).join(', ')
  const suggestion = typeof value === 'string' ? didYouMean(value, choices) : ''
  throw new ConfigurationError(`${where}: ${name} must be one of ${words}, got ${describeValue(value)}.${suggestion}`)
}

function describeRange({ min, max, isInteger = false }: NumberRange): string {
  const kind = isInteger ? 'an integer' : 'a number'
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`
  if (min !== undefined) return `${kind} of at least ${min}`
  return max === undefined ? kind : `${kind} of at most ${max}`
}
