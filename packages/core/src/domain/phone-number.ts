import { type CountryCode, getCountries, getCountryCallingCode, Metadata, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { ConfigurationError } from '../errors.ts'
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
 * What is wrong with a number in E.164 form, by its lengths only: a calling code that exists, and a length in use under it. Whether a range is assigned is not
 * asked: such tables age, and refuse new numbers that are real.
 */
export function phoneNumberProblem(number: string): string | null {
  if (!e164Pattern.test(number)) return 'Expected a phone number in E.164 form ("+" and 7 to 15 digits, like +12025550123).'
  const plan = numberingPlanOf(number)
  if (plan === null) return isPossible(number) ? null : 'Expected a phone number with a calling code and a length that exist.'
  const length = number.length - 1 - plan.callingCode.length
  if (plan.lengths.has(length)) return null
  if (isPossible(number)) return `Expected a phone number without a national prefix (the 0 of "+44 (0)").`
  return `Expected a phone number with a length that exists: after +${plan.callingCode} ${formatLengths(plan.lengths)} digits, got ${length}.`
}

/**
 * The country that a number belongs to, as an ISO 3166-1 alpha-2 code: `US`, `CA` and `JM` all share +1. Null where the number is of no country (+800), or where
 * several share its range.
 */
export function countryOf(number: string): string | null {
  return parsePhoneNumberFromString(number)?.country ?? null
}

/** The host's additions as one rule, to be asked after {@link phoneNumberProblem}. Throws a ConfigurationError for a country that does not exist. */
export function phoneNumberRule(options: PhoneNumberOptions): PhoneNumberRule {
  const { allowedCountries, checkNumber } = options
  const allowed = allowedCountries === undefined ? null : new Set(allowedCountries.map(knownCountry))
  return (number) => countryProblem(number, allowed) ?? checkNumber?.(number) ?? null
}

/** How numbers look under one calling code, whichever of its countries they belong to. */
interface NumberingPlan {
  readonly callingCode: string
  readonly lengths: ReadonlySet<number>
}

/** Parsing a number takes 8 µs, finding its plan here 0.1 µs: it matters when a hundred thousand are enqueued at once. */
const numberingPlans: ReadonlyMap<string, NumberingPlan> = readNumberingPlans()

function readNumberingPlans(): ReadonlyMap<string, NumberingPlan> {
  const metadata = new Metadata()
  const plans = new Map<string, { callingCode: string; lengths: Set<number> }>()
  for (const country of getCountries()) {
    metadata.selectNumberingPlan(country)
    const callingCode: string = getCountryCallingCode(country)
    const plan = plans.get(callingCode) ?? { callingCode, lengths: new Set() }
    for (const length of metadata.numberingPlan?.possibleLengths() ?? []) plan.lengths.add(length)
    plans.set(callingCode, plan)
  }
  return plans
}

/** No calling code is the beginning of another. Null for those that are of no country, and those that do not exist. */
function numberingPlanOf(number: string): NumberingPlan | null {
  return numberingPlans.get(number.slice(1, 2)) ?? numberingPlans.get(number.slice(1, 3)) ?? numberingPlans.get(number.slice(1, 4)) ?? null
}

function isPossible(number: string): boolean {
  return parsePhoneNumberFromString(number)?.isPossible() ?? false
}

function formatLengths(lengths: ReadonlySet<number>): string {
  const sorted = [...lengths].sort((left, right) => left - right)
  const last = sorted.pop()
  return sorted.length === 0 ? `${last}` : `${sorted.join(', ')} or ${last}`
}

function countryProblem(number: string, allowed: ReadonlySet<string> | null): string | null {
  if (allowed === null) return null
  const country = countryOf(number)
  if (country === null) return 'Expected a phone number of an allowed country; the country of this one cannot be told.'
  return allowed.has(country) ? null : `Expected a phone number of an allowed country, got one of ${country}.`
}

function knownCountry(country: string): CountryCode {
  const countries = getCountries()
  const known = countries.find((code) => code === country)
  if (known !== undefined) return known
  throw new ConfigurationError(`allowedCountries must hold ISO 3166-1 alpha-2 codes, got "${country}".${didYouMean(country, countries)}`)
}
