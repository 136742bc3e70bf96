import type { LedgerConduct, LedgerOptions, LookupOptions, WebhookOptions } from './options.ts'
import { endStatuses } from './plan/call-status.ts'
import { isPlaceMode, placeFaults, placeModes } from './plan/place-modes.ts'

/** Options that no ledger could follow. The message lists every problem. */
export class LedgerOptionsError extends Error {
  override readonly name = 'LedgerOptionsError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`A ledger cannot follow these options: ${problems.join(' ')}`)
    this.problems = problems
  }
}

/**
 * Narrows what came from outside to options.
 *
 * @throws {@link LedgerOptionsError} naming every unknown key and every value out of range.
 */
export function assertLedgerOptions(value: unknown): asserts value is LedgerOptions {
  const complaints = complaintsAbout({ ...settledOnce, ...conduct }, value)
  if (complaints.length > 0) throw new LedgerOptionsError(complaints)
}

/**
 * Narrows what came from outside to a change of conduct.
 *
 * @throws {@link LedgerOptionsError}, also for an option that a running ledger cannot change.
 */
export function assertLedgerConduct(value: unknown): asserts value is LedgerConduct {
  const complaints = complaintsAbout(conduct, value)
  if (complaints.length > 0) throw new LedgerOptionsError(complaints)
}

/** Says what is wrong with the value at a path; nothing when it is fine. */
type Check = (path: string, value: unknown) => readonly string[]

const fraction = numberIn('a share from 0 to 1', (value) => value >= 0 && value <= 1)
const milliseconds = numberIn('milliseconds, 0 or more', (value) => value >= 0)
const weight = numberIn('a weight, 0 or more', (value) => value >= 0)
const positive = wholeNumber(1, Number.MAX_SAFE_INTEGER)
const trueOrFalse = expecting('true or false', (value) => typeof value === 'boolean')
const text = expecting('a text', (value) => typeof value === 'string' && value !== '')

const settledOnce: Record<Exclude<keyof LedgerOptions, keyof LedgerConduct>, Check> = {
  port: wholeNumber(0, 65_535),
  host: text,
  file: text,
  seed: text,
  apiKey: text,
  webhookSecret: (path, value) => (isWebhookSecret(value) ? [] : [`${path} must be "whsec_" and at least 24 bytes in base64.`]),
}

const webhooks: Record<keyof WebhookOptions, Check> = {
  echo: oneOf(['all', 'attemptId', 'callId', 'providerCallId', 'none']),
  progress: trueOrFalse,
  never: fraction,
  dropped: fraction,
  early: fraction,
  twice: fraction,
  late: fraction,
  lateMs: milliseconds,
  shuffled: fraction,
  tries: positive,
  retryDelayMs: milliseconds,
  timeoutMs: positive,
}

const lookups: Record<keyof LookupOptions, Check> = { get: trueOrFalse, find: trueOrFalse, findLagMs: milliseconds, cancel: trueOrFalse }

const conduct: Record<keyof LedgerConduct, Check> = {
  mode: expecting(`one of ${Object.keys(placeModes).join(', ')}`, isPlaceMode),
  faults: both(
    objectOf(everyKey(placeFaults, fraction)),
    sumIn('shares of at most 1 together', (sum) => sum <= 1),
  ),
  retryAfterSec: orNull(wholeNumber(0, 86_400)),
  errorStatus: wholeNumber(500, 599),
  slowMs: milliseconds,
  dedupe: trueOrFalse,
  dedupeWindowMs: milliseconds,
  maxConcurrent: orNull(positive),
  ringMs: expecting('milliseconds, or a range [from, to]', isSpan),
  durationMs: expecting('milliseconds, or a range [from, to]', isSpan),
  outcomes: both(
    objectOf(everyKey(endStatuses, weight)),
    sumIn('at least one weight above 0', (sum) => sum > 0),
  ),
  magicNumbers: trueOrFalse,
  webhooks: objectOf(webhooks),
  lookups: objectOf(lookups),
}

function complaintsAbout(checks: Record<string, Check>, value: unknown): readonly string[] {
  return objectOf(checks)('', value)
}

function objectOf(checks: Record<string, Check>): Check {
  return (path, value) => {
    if (!isObject(value)) return [`${path === '' ? 'They' : path} must be an object, not ${shown(value)}.`]
    return Object.entries(value).flatMap(([key, entry]) => {
      const at = path === '' ? key : `${path}.${key}`
      const check = Object.hasOwn(checks, key) ? checks[key] : undefined
      return check === undefined ? [`${at} is unknown here; known are ${Object.keys(checks).join(', ')}.`] : check(at, entry)
    })
  }
}

function everyKey(keys: readonly string[], check: Check): Record<string, Check> {
  return Object.fromEntries(keys.map((key) => [key, check]))
}

function both(first: Check, second: Check): Check {
  return (path, value) => {
    const complaints = first(path, value)
    return complaints.length > 0 ? complaints : second(path, value)
  }
}

function orNull(check: Check): Check {
  return (path, value) => (value === null ? [] : check(path, value))
}

function sumIn(expected: string, holds: (sum: number) => boolean): Check {
  const sum = (value: unknown) => Object.values(isObject(value) ? value : {}).reduce<number>((total, share) => total + Number(share), 0)
  return (path, value) => (holds(sum(value)) ? [] : [`${path} must be ${expected}, not ${shown(value)}.`])
}

function oneOf(words: readonly string[]): Check {
  return expecting(`one of ${words.join(', ')}`, (value) => typeof value === 'string' && words.includes(value))
}

function wholeNumber(from: number, to: number): Check {
  return numberIn(`a whole number from ${from} to ${to}`, (value) => Number.isInteger(value) && value >= from && value <= to)
}

function numberIn(expected: string, holds: (value: number) => boolean): Check {
  return expecting(expected, (value) => typeof value === 'number' && Number.isFinite(value) && holds(value))
}

function expecting(expected: string, holds: (value: unknown) => boolean): Check {
  return (path, value) => (holds(value) ? [] : [`${path} must be ${expected}, not ${shown(value)}.`])
}

function isSpan(value: unknown): boolean {
  const [from, to, ...rest] = Array.isArray(value) ? value : [value, value]
  return rest.length === 0 && Number.isFinite(from) && Number.isFinite(to) && from >= 0 && to >= from
}

function isWebhookSecret(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('whsec_') && Buffer.from(value.slice('whsec_'.length), 'base64').length >= 24
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
