import type { AttemptState } from '../ports/provider.ts'
import { detailsFrom, errorFrom, idFrom, instantFrom, isJsonRecord, type JsonRecord, textFrom } from './report-fields.ts'
import { stateFromStatus } from './status-words.ts'

/** What a platform of the generic protocol says of one call, in a webhook or in the answer to a look-up. */
export interface CallReport {
  /** Null where the platform gave none, or one that cannot be a key. */
  readonly eventId: string | null
  readonly attemptId: string | null
  readonly callId: string | null
  readonly providerCallId: string | null
  readonly at: Date | null
  readonly state: AttemptState
}

/** A report, or which part of it breaks the protocol. */
export type CallReportReading =
  | { readonly kind: 'report'; readonly report: CallReport }
  | { readonly kind: 'malformed'; readonly message: string }

/**
 * Reads a call of the generic protocol. Keys it does not know are ignored, null is the same as missing. What moves a call must be right (`status`,
 * the ids, `completedAt`, `durationSec`), or the report is malformed. What only describes it is left out where it is of another type: a cost in an
 * unknown form must not lose the end of a call.
 */
export function readCallReport(value: unknown): CallReportReading {
  if (!isJsonRecord(value)) return { kind: 'malformed', message: 'Expected a JSON object.' }
  const broken = rules.filter(({ key, accepts }) => !accepts(value[key]))
  if (broken.length > 0) {
    return { kind: 'malformed', message: broken.map(({ key, expected }) => `${key}: expected ${expected}.`).join(' ') }
  }
  return { kind: 'report', report: reportFrom(value) }
}

function reportFrom(value: JsonRecord): CallReport {
  const at = instantFrom(value.completedAt)
  const isOver = at !== null || typeof value.durationSec === 'number'
  return {
    eventId: idFrom(value.eventId),
    attemptId: idFrom(value.attemptId),
    callId: idFrom(value.callId),
    providerCallId: idFrom(value.providerCallId),
    at,
    state: stateFromStatus(textFrom(value.status) ?? '', { details: detailsFrom(value), error: errorFrom(value.error), isOver }),
  }
}

interface FieldRule {
  readonly key: string
  readonly accepts: (value: unknown) => boolean
  readonly expected: string
}

const id = { accepts: missingOr((value) => idFrom(value) !== null), expected: 'text of 1 to 255 characters, or a whole number' }

const rules: readonly FieldRule[] = [
  { key: 'status', accepts: isStatusWord, expected: 'text of 1 to 100 characters' },
  { key: 'attemptId', ...id },
  { key: 'callId', ...id },
  { key: 'providerCallId', ...id },
  {
    key: 'completedAt',
    accepts: missingOr((value) => instantFrom(value) !== null),
    expected: 'an ISO 8601 date and time in the years 2000 to 2200',
  },
  { key: 'durationSec', accepts: missingOr(isDuration), expected: `a number of seconds from 0 to ${1e9}` },
]

function missingOr(accepts: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || value === null || accepts(value)
}

function isStatusWord(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= 100
}

function isDuration(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1e9
}
