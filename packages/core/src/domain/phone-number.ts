import { getCountries, getCountryCallingCode, Metadata, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { ConfigurationError } from '../errors.ts'
import { describeValue } from './input-description.ts'
import { didYouMean } from './suggestion.ts'

/** The only form in which numbers enter: a plus, no leading zero, 7 to 15 digits. */
export const e164Pattern = /^\+[1-9]\d{6,14}$/

/** What a host may add to the rules for numbers. */
export interface PhoneNumberOptions {
  /** ISO 3166-1 alpha-2 codes; numbers of other countries are refused, and those whose country cannot be told. Defaults to all. */
  readonly allowedCountries?: readonly string[]
  /** A sentence refuses the number, null takes it. Runs after the built-in rules. */
  readonly checkNumber?: (to: string) => string | null
}

/** What is wrong with a number, as a sentence that does not show it; null: nothing. */
export type PhoneNumberRule = (number: string) => string | null

/**
 * What is wrong with a number in E.164 form, by its lengths only: a calling code that exists, and as many digits as its numbers have. Whether a range is assigned is not
 * asked: such tables age, and refuse new numbers that are real.
 */
export function phoneNumberProblem(number: string): string | null {
  if (!e164Pattern.test(number)) return 'Expected a phone number in E.164 form ("+" and 7 to 15 digits, like +12025550123).'
  return hasCommonLength(number) ? null : rareProblem(number)
}

/**
 * The country that a number belongs to, as an ISO 3166-1 alpha-2 code: `US`, `CA` and `JM` all share +1. Null where the number is of no country (+800), or where
 * several share its range.
 */
export function countryOf(number: string): string | null {
  return parsePhoneNumberFromString(number)?.country ?? null
}

/**
 * The host's additions as one rule, to be asked after {@link phoneNumberProblem}. Throws a ConfigurationError for a country that does not exist; so does the rule where
 * `checkNumber` answers anything but a sentence or null, since no guess at its meaning would be safe.
 */
export function phoneNumberRule({ allowedCountries, checkNumber }: PhoneNumberOptions): PhoneNumberRule {
  const allowed = allowedCountries === undefined ? null : knownCountries(allowedCountries)
  return (number) => countryProblem(number, allowed) ?? (checkNumber === undefined ? null : sentenceOf(checkNumber(number)))
}

/** By calling code, the lengths that numbers have in every one of its countries. To parse a number takes 8 µs, to look here 0.1: it matters when a hundred thousand are enqueued at once. */
const commonLengths: ReadonlyMap<string, ReadonlySet<number>> = readCommonLengths()

function readCommonLengths(): ReadonlyMap<string, ReadonlySet<number>> {
  const metadata = new Metadata()
  const byCallingCode = new Map<string, ReadonlySet<number>>()
  for (const country of getCountries()) {
    metadata.selectNumberingPlan(country)
    const callingCode: string = getCountryCallingCode(country)
    const lengths = metadata.numberingPlan?.possibleLengths() ?? []
    const known = byCallingCode.get(callingCode)
    byCallingCode.set(callingCode, new Set(lengths.filter((length) => known?.has(length) ?? true)))
  }
  return byCallingCode
}

/** No calling code is the beginning of another. */
function hasCommonLength(number: string): boolean {
  for (let digits = 1; digits <= 3; digits++) {
    const lengths = commonLengths.get(number.slice(1, 1 + digits))
    if (lengths !== undefined) return lengths.has(number.length - 1 - digits)
  }
  return false
}

function rareProblem(number: string): string | null {
  const parsed = parsePhoneNumberFromString(number)
  if (parsed === undefined) return 'Expected a phone number with a calling code that exists.'
  const { countryCallingCode } = parsed
  if (!parsed.isPossible())
    return `Expected a phone number with as many digits as those of +${countryCallingCode} have, got ${number.length - 1} in all.`
  return parsed.number === number ? null : 'Expected a phone number without a national prefix (the 0 of "+44 (0)").'
}

function countryProblem(number: string, allowed: ReadonlySet<string> | null): string | null {
  if (allowed === null) return null
  const country = countryOf(number)
  if (country === null) return 'Expected a phone number of an allowed country; the country of this one cannot be told.'
  return allowed.has(country) ? null : `Expected a phone number of an allowed country, got one of ${country}.`
}

/** A check that answers true, or a promise, was meant otherwise. */
function sentenceOf(answer: unknown): string | null {
  if (typeof answer === 'string' || answer === null) return answer
  throw new ConfigurationError(`checkNumber must return a sentence that refuses the number, or null, got ${describeValue(answer)}.`)
}

function knownCountries(wanted: unknown): ReadonlySet<string> {
  const known: readonly string[] = getCountries()
  const problem = `allowedCountries must be a list of ISO 3166-1 alpha-2 codes, got`
  if (!Array.isArray(wanted)) throw new ConfigurationError(`${problem} ${describeValue(wanted)}.`)
  for (const country of wanted) {
    if (!known.includes(country)) throw new ConfigurationError(`${problem} ${describeValue(country)}.${didYouMean(String(country), known)}`)
  }
  return new Set(wanted)
}
