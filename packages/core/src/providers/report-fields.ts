import type { AttemptDetails } from '../domain/attempt.ts'
import { detailsFromJson } from '../domain/details.ts'
import { isStorableText } from '../domain/json-rules.ts'
import { withoutUndefined } from '../domain/without-undefined.ts'

/** An object that came from outside: nothing is known of its values. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** Tells an object from an array and from everything else JSON can say. */
export function isJsonRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An id as platforms write them, text or a whole number; null for what can be no id. */
export function idFrom(value: unknown): string | null {
  if (Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && value !== '' && value.length <= 255 && isStorableText(value) ? value : null
}

const isoTime = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?$/i

/** An ISO 8601 date and time in the years 2000 to 2200, taken as UTC where it names no zone; null for anything else. */
export function instantFrom(value: unknown): Date | null {
  if (typeof value !== 'string') return null
  const [, date, time, zone = 'Z'] = isoTime.exec(value) ?? []
  if (!date || !time || !isRealDay(date)) return null
  const at = new Date(`${date}T${time}${zone}`.toUpperCase())
  const year = at.getUTCFullYear()
  return year >= 2000 && year <= 2200 ? at : null
}

/** `2026-02-30` parses, as the second of March. */
function isRealDay(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date)
}

/** What a platform says went wrong, as text or as `{ code, message }`; null where it says nothing of the kind. */
export function errorFrom(value: unknown): { readonly code?: string; readonly message?: string } | null {
  const { code, message } = isJsonRecord(value) ? value : { message: value }
  const error = withoutUndefined({ code: textFrom(code) ?? idFrom(code) ?? undefined, message: textFrom(message) })
  return Object.keys(error).length > 0 ? error : null
}

/** At most 1 000 characters as stores take them: NUL and halves of surrogate pairs become U+FFFD. Undefined for anything else, and for none. */
export function textFrom(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 1_000).toWellFormed().replaceAll('\0', '\uFFFD') : undefined
}

/** What of a report describes the call; each part is left out where it is missing or of another type. */
export function detailsFrom({ completedAt, durationSec, cost, recordingUrl, transcript, summary, data }: JsonRecord): AttemptDetails {
  return detailsFromJson({ endedAt: instantFrom(completedAt), durationSec, cost: costFrom(cost), recordingUrl, transcript, summary, data })
}

/** Platforms write amounts as numbers too. */
function costFrom(value: unknown): unknown {
  return isJsonRecord(value) && typeof value.amount === 'number' ? { ...value, amount: String(value.amount) } : value
}
