import * as z from 'zod'
import { expected } from './input-description.ts'

/** True for the years 2000 to 2200, both whole: what every database, driver and calendar handles alike. */
export function isStorableInstant(instant: Date): boolean {
  return instant >= earliest && instant <= latest
}

const earliest = new Date('2000-01-01T00:00:00.000Z')
const latest = new Date('2200-12-31T23:59:59.999Z')
const otherYear = 'Expected an instant in the years 2000 to 2200, got another year.'

/** A JavaScript instant. The result is a copy: the host may change its own. */
export const instant = z
  .date(expected('a Date'))
  .refine(isStorableInstant, { error: otherYear })
  .transform((date) => new Date(date))

/** An instant on the wire: ISO 8601 with an offset. Digits beyond milliseconds are dropped. */
export const instantText = z.iso
  .datetime({ offset: true, ...expected('an ISO 8601 instant with an offset, like 2026-01-31T09:30:00.000Z') })
  .transform((text) => new Date(text))
  .refine(isStorableInstant, { error: otherYear })
