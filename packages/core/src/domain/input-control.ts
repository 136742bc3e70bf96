import * as z from 'zod'
import { describeValue, expected } from './input-description.ts'
import { integer } from './input-fields.ts'
import { objectOf } from './input-problems.ts'
import { outcomes } from './outcome.ts'

/** The cap, at most 100 000: 0 lets nothing new be dialed, null gives the word back to the configuration. */
export const capacitySchema = integer(0, 100_000).nullable().describe('The cap; null: the configured one.')

/** The body of `PATCH /control`. What is left out stays. */
export const controlBodySchema = objectOf({
  capacity: capacitySchema.optional(),
  paused: z.boolean(expected('true or false')).optional().describe('True closes the gate over everything.'),
})

/** The body of `POST /attempts/:id/resolve`: `{ "ended": outcome }` or `{ "notRang": true }`. Comes out as the verdict that `resolve` takes. */
export const resolveBodySchema = objectOf({
  ended: z
    .enum(outcomes, { error: ({ input }) => `Expected one of ${outcomes.join(', ')}, got ${describeValue(input)}.` })
    .optional()
    .describe('How the call ended.'),
  notRang: z.literal(true, expected('true')).optional().describe('The phone never rang: the call is put back.'),
})
  .refine(({ ended, notRang }) => (ended === undefined) !== (notRang === undefined), 'Expected either "ended" or "notRang".')
  .meta({ oneOf: [{ required: ['ended'] }, { required: ['notRang'] }] })
  .transform(({ ended }) => (ended === undefined ? 'not-rang' : { ended }))

/** The verdict of `resolve` in the SDK: `{ ended: outcome }` or `'not-rang'`. */
export const verdictSchema = z.union([z.literal('not-rang'), objectOf({ ended: z.enum(outcomes) })], {
  error: ({ input }) => `Expected "not-rang" or { ended: one of ${outcomes.join(', ')} }, got ${describeValue(input)}.`,
})
