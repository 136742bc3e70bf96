import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { AttemptDetails } from './attempt.ts'
import { fitDetails, maxDetailsBytes } from './details-size.ts'
import { isStorableInstant } from './input-instants.ts'
import type { JsonObject } from './json.ts'
import { copyJsonObject } from './json-rules.ts'
import { withoutUndefined } from './without-undefined.ts'

/**
 * How much of an attempt's details is stored. `facts` leaves the transcript out. `none` keeps what decides an outcome and what the wire counts: `answeredBy`,
 * `answeredAt`, `endedAt`, `durationSec`.
 */
export type StoreDetails = 'all' | 'facts' | 'none'

/**
 * What is known of an attempt after more was told: merged, limited, and the very object that was known before if that comes to the same. So an event that is repeated,
 * or that tells only what is not stored, is seen to change nothing.
 */
export function learnDetails(known: AttemptDetails, told: AttemptDetails, storeDetails: StoreDetails): AttemptDetails {
  const merged = mergeDetails(known, told)
  if (merged === known) return known
  const limited = limitDetails(merged, storeDetails)
  return isDeepStrictEqual(limited, known) ? known : limited
}

/** A newer fact replaces the older one whole; what the newer ones leave undefined stays. The same object comes back when nothing changed. */
export function mergeDetails(known: AttemptDetails, newer: AttemptDetails): AttemptDetails {
  const merged = { ...known, ...withoutUndefined(newer) }
  return isDeepStrictEqual(merged, known) ? known : merged
}

/**
 * Details as they may be stored: sound, as far as `storeDetails` wants them, 256 kB of JSON in UTF-8 at most. A fact that makes no sense (an invalid Date, a negative
 * duration, data that is no JSON) is left out, since a platform's nonsense must not keep its call from ending. Of what is too large the transcript is cut first, at its end
 * and marked; then `data` is left out, then the summary is cut. Limited details come back unchanged.
 */
export function limitDetails(details: AttemptDetails, storeDetails: StoreDetails): AttemptDetails {
  const { transcript, ...facts } = readDetails(details)
  if (storeDetails === 'none') return timesOf(facts)
  return fitDetails(storeDetails === 'all' && transcript !== undefined ? { ...facts, transcript } : facts)
}

/** Details as a store writes them; instants are ISO 8601 text. */
export function detailsToJson(details: AttemptDetails): JsonObject {
  return JSON.parse(JSON.stringify(details))
}

/** Details as a store read them. What another release may have written beside them is left out. */
export function detailsFromJson(json: unknown): AttemptDetails {
  return readDetails(json)
}

const maxReasonLength = 1_000
const maxUrlLength = 8_192

/** Text that every database takes: NUL and halves of surrogate pairs become U+FFFD. */
const text = z.string().transform((value) => value.toWellFormed().replaceAll('\0', '\ufffd'))

const instant = z.union([z.date(), z.iso.datetime({ offset: true }).transform((value) => new Date(value))]).refine(isStorableInstant)

const data = z.unknown().transform((value, context): JsonObject => {
  const copy = copyJsonObject(value, { maxBytes: maxDetailsBytes })
  if (copy.ok) return copy.value
  context.issues.push({ code: 'custom', input: value })
  return z.NEVER
})

const detailsSchema = z.object({
  reason: sound(text.transform((value) => value.slice(0, maxReasonLength).toWellFormed())),
  answeredBy: sound(z.enum(['human', 'machine', 'fax', 'unknown'])),
  answeredAt: sound(instant),
  endedAt: sound(instant),
  durationSec: sound(z.number().min(0)),
  cost: sound(z.object({ amount: z.string().regex(/^-?\d{1,20}(?:\.\d{1,20})?$/), currency: z.string().regex(/^[A-Za-z]{3}$/) })),
  recordingUrl: sound(text.refine((value) => value.length <= maxUrlLength)),
  transcript: sound(text),
  summary: sound(text),
  data: sound(data),
})

/** A fact that breaks its rule counts as not told. */
function sound<TSchema extends z.ZodType>(schema: TSchema) {
  return schema.optional().catch(undefined)
}

function readDetails(source: unknown): AttemptDetails {
  const result = detailsSchema.safeParse(source)
  return result.success ? withoutUndefined(result.data) : {}
}

function timesOf({ answeredBy, answeredAt, endedAt, durationSec }: AttemptDetails): AttemptDetails {
  return withoutUndefined({ answeredBy, answeredAt, endedAt, durationSec })
}
