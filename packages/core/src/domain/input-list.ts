import * as z from 'zod'
import { callStatuses } from './call.ts'
import { describeValue, expected } from './input-description.ts'
import { fields, integer, visibleAscii } from './input-fields.ts'
import { instant, instantText } from './input-instants.ts'
import { objectOf, parseInput } from './input-problems.ts'
import { e164Pattern } from './phone-number.ts'
import { type WithoutUndefined, withoutUndefined } from './without-undefined.ts'

/** What a list shows, checked. It has a `page` or a `cursor`, never both. */
export type NormalizedListQuery = WithoutUndefined<Omit<z.output<typeof listQuerySchema>, 'pageSize'>> & { readonly pageSize: number }

/** Which PENDING calls to cancel, checked. */
export type NormalizedPendingFilter = z.output<typeof pendingFilterSchema>

/** Reads the query of `list`. `status` may be one status or several. Throws a ValidationError that lists every problem. */
export function parseListQuery(query: unknown): NormalizedListQuery {
  return complete(parseInput(listQuerySchema, query))
}

/** Reads what `prune` is told. Throws a ValidationError that lists every problem. */
export function parsePruneFilter(filter: unknown): { readonly olderThan: Date } {
  return parseInput(pruneFilterSchema, filter)
}

/**
 * Reads the filter of `cancelMany`. A key that is present with the value undefined is refused: it was meant to narrow, and would cancel the calls of everybody. Throws a ValidationError
 * that lists every problem.
 */
export function parsePendingFilter(filter: unknown): NormalizedPendingFilter {
  return parseInput(pendingFilterSchema, filter)
}

const defaultPageSize = 20
const status = z.enum(callStatuses, { error: ({ input }) => `Expected one of ${callStatuses.join(', ')}, got ${describeValue(input)}.` })
const statuses = z.array(status, expected('a status or a list of them')).min(1, expected('at least one status')).transform(unique)

const filters = {
  status: statuses.describe('Only calls with one of these.'),
  to: z
    .string(expected('a phone number'))
    .regex(e164Pattern, expected('a phone number in E.164 form'))
    .describe('Only calls to this number.'),
  scriptId: fields.scriptId.describe('Only calls with this script.'),
  tenant: fields.tenant.describe('Only calls of this tenant.'),
  unconfirmed: z.boolean(expected('true or false')).describe('True: only calls whose live attempt is UNCONFIRMED or HELD.'),
  page: integer(1, 1_000_000_000).describe('From 1. Excludes cursor.'),
  pageSize: integer(1, 100).describe(`Defaults to ${defaultPageSize}.`),
  cursor: visibleAscii(512, 'the cursor of a page').describe('nextCursor of the page before. Excludes page.'),
}
const createdAfterText = 'Only calls created at this instant or later.'
const createdBeforeText = 'Only calls created earlier.'

/** What `list` takes. */
const listQuerySchema = pagedOnce(
  objectOf({
    status: z.preprocess((value) => (typeof value === 'string' ? [value] : value), filters.status).optional(),
    to: filters.to.optional(),
    scriptId: filters.scriptId.optional(),
    tenant: filters.tenant.optional(),
    createdAfter: instant.describe(createdAfterText).optional(),
    createdBefore: instant.describe(createdBeforeText).optional(),
    unconfirmed: filters.unconfirmed.optional(),
    page: filters.page.optional(),
    pageSize: filters.pageSize.optional(),
    cursor: filters.cursor.optional(),
  }),
)

/**
 * The query parameters of `GET /calls`: texts in, or lists of texts where a name was repeated; what `list` takes out. `z.toJSONSchema(schema, { io: 'input' })` describes
 * them as what they mean.
 */
export const listParametersSchema = pagedOnce(
  objectOf({
    status: z.preprocess(textsFromList, filters.status).optional(),
    to: parameter(filters.to, withPlus).optional(),
    scriptId: parameter(filters.scriptId, asIs).optional(),
    tenant: parameter(filters.tenant, asIs).optional(),
    createdAfter: parameter(instantText.describe(createdAfterText), withPlus).optional(),
    createdBefore: parameter(instantText.describe(createdBeforeText), withPlus).optional(),
    unconfirmed: parameter(filters.unconfirmed, booleanFromText).optional(),
    page: parameter(filters.page, numberFromText).optional(),
    pageSize: parameter(filters.pageSize, numberFromText).optional(),
    cursor: parameter(filters.cursor, asIs).optional(),
  }),
)

const pendingFilterSchema = objectOf({
  tenant: fields.tenant.exactOptional(),
  scriptId: fields.scriptId.exactOptional(),
  createdBefore: instant.exactOptional(),
})

const pruneFilterSchema = objectOf({ olderThan: instant })

/** A parameter that may be given once, read from its text. */
function parameter<TSchema extends z.ZodType>(schema: TSchema, read: (text: string) => unknown) {
  return z.preprocess((value, context) => {
    if (typeof value === 'string') return read(value)
    if (!Array.isArray(value)) return value
    context.addIssue(`Expected one value, got ${value.length}.`)
    return z.NEVER
  }, schema)
}

function asIs(text: string): string {
  return text
}

/** A plus that a client forgot to escape arrives as a space. Neither a number nor an instant has one. */
function withPlus(text: string): string {
  return text.replaceAll(' ', '+')
}

function numberFromText(text: string): unknown {
  return /^\d{1,15}$/.test(text) ? Number(text) : text
}

function booleanFromText(text: string): unknown {
  return text === 'true' || text === 'false' ? text === 'true' : text
}

function textsFromList(value: unknown): unknown {
  const texts: unknown[] = Array.isArray(value) ? value : [value]
  return texts.flatMap((text) => (typeof text === 'string' ? text.split(',') : [text]))
}

function unique<TItem>(items: readonly TItem[]): readonly TItem[] {
  return [...new Set(items)]
}

function pagedOnce<TSchema extends z.ZodObject>(schema: TSchema): TSchema {
  return schema.refine((query) => query.page === undefined || query.cursor === undefined, {
    path: ['cursor'],
    error: 'Expected either page or cursor, got both.',
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
}

function complete({ page, pageSize = defaultPageSize, ...query }: z.output<typeof listQuerySchema>): NormalizedListQuery {
  return { ...withoutUndefined({ ...query, page: query.cursor === undefined ? (page ?? 1) : undefined }), pageSize }
}
