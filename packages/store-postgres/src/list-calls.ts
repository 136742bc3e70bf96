import { type CallPage, type CallStatus, isUuid, type ListQuery, ValidationError } from '@ebra/core'
import { type Expression, type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { PostgresContext } from './context.ts'
import { countCalls } from './metrics.ts'
import type { Database, Queries } from './queries.ts'
import { callFromRecord } from './rows.ts'

/** Reads a page of the calls that match, newest first. */
export async function listCalls(context: PostgresContext, query: ListQuery): Promise<CallPage> {
  const { cursor, page = 1, pageSize = 20 } = query
  const before = cursor === undefined ? null : idFromCursor(cursor)
  const offset = before === null ? (page - 1) * pageSize : 0
  const total = before === null ? await countMatches(context, query) : null
  const records = await readRecords(context, query, { before, offset, limit: pageSize + 1 })
  const items = records.slice(0, pageSize).map((record) => callFromRecord(JSON.parse(record)))
  return {
    items,
    page: before === null ? page : null,
    pageSize,
    total,
    totalPages: total === null ? null : Math.ceil(total / pageSize),
    nextCursor: records.length > pageSize ? cursorFromId(items.at(-1)?.id) : null,
  }
}

/** Matches are counted so far, and no further. */
const maxCounted = 10_000

async function countMatches(context: PostgresContext, query: ListQuery): Promise<number | null> {
  const { connection, queries } = context
  if (isByStatusAlone(query)) {
    const counts = await countCalls(context)
    return [...new Set(query.status ?? counts.keys())].reduce((sum, status) => sum + (counts.get(status) ?? 0), 0)
  }
  const counted = matchingIds(queries, query, { before: null, limit: maxCounted + 1, inOrder: false })
  const [row] = await connection.read(
    queries.db.selectFrom(counted.as<'counted'>(sql`counted`)).select(sql<string>`count(*)::text`.as('count')).compile(),
  )
  const count = Number(row?.count)
  return count > maxCounted ? null : count
}

function isByStatusAlone({ tenant, to, scriptId, createdAfter, createdBefore, unconfirmed = false }: ListQuery): boolean {
  return [tenant, to, scriptId, createdAfter, createdBefore].every((filter) => filter === undefined) && !unconfirmed
}

interface Slice {
  /** Only ids below this one. */
  readonly before: string | null
  readonly limit: number
  /** Whether it has to be the newest: to know that there are so many, any will do. */
  readonly inOrder: boolean
}

async function readRecords(
  { connection, queries }: PostgresContext,
  query: ListQuery,
  { before, offset, limit }: Omit<Slice, 'inOrder'> & { readonly offset: number },
): Promise<readonly string[]> {
  const ids = matchingIds(queries, query, { before, limit: limit + offset, inOrder: true })
  const page = queries.db.selectFrom(ids.as<'newest'>(sql`newest`)).select('id').orderBy('id', 'desc').limit(limit).offset(offset)
  const records = queries.callRecords().where('id', 'in', page).orderBy('id', 'desc')
  const rows = await connection.read(records.compile())
  return rows.map(({ record }) => record)
}

/** The newest ids that match. Calls in progress are few, and in no index but their own; the others are in the order of ids only within each status. */
function matchingIds(queries: Queries, query: ListQuery, { before, limit, inOrder }: Slice): RawBuilder<{ readonly id: string }> {
  const newest = queries.db
    .selectFrom('calls')
    .select('id')
    .where((calls) => calls.and(conditionsOf(calls, queries, query)))
    .$if(before !== null, (ids) => ids.where('id', '<', before))
    .$if(inOrder, (ids) => ids.orderBy('id', 'desc'))
    .limit(limit)
  const live = newest.where('live_number', 'is not', null)
  const atRest = newest.where('live_number', 'is', null)
  if (query.status === undefined) return query.to === undefined ? sql`(${newest})` : newestOf([atRest, live], limit)
  const statuses = query.status.filter((status) => status !== 'IN_PROGRESS')
  const inStatus = sql`
    select found.id
    from unnest(${[...new Set(statuses)]}::text[]) as wanted (status)
    cross join lateral (${atRest.where('status', '=', sql.ref<CallStatus>('wanted.status'))}) as found
  `
  return newestOf(statuses.length < query.status.length ? [inStatus, live] : [inStatus], limit)
}

function newestOf(parts: readonly Expression<unknown>[], limit: number): RawBuilder<{ readonly id: string }> {
  const union = sql.join(
    parts.map((part) => sql`(${part})`),
    sql` union all `,
  )
  return sql`(select id from (${union}) as part order by id desc limit ${limit})`
}

function conditionsOf(
  calls: ExpressionBuilder<Database, 'calls'>,
  queries: Queries,
  { tenant, to, scriptId, createdAfter, createdBefore, unconfirmed }: ListQuery,
) {
  return [
    ...(tenant === undefined ? [] : [calls('tenant', '=', tenant)]),
    ...(to === undefined ? [] : [calls('to_number', '=', to)]),
    ...(scriptId === undefined ? [] : [calls('script_id', '=', scriptId)]),
    ...(createdAfter === undefined ? [] : [calls('created_at', '>=', createdAfter.toISOString())]),
    ...(createdBefore === undefined ? [] : [calls('created_at', '<', createdBefore.toISOString())]),
    ...(unconfirmed === true ? [isUnconfirmed(queries)] : []),
  ]
}

/** Live attempts are few: they are looked at first, and then only their calls are read. */
function isUnconfirmed(queries: Queries) {
  return sql<SqlBool>`id = any (array(select call_id from ${queries.ref('live_attempts')} where status in ('UNCONFIRMED', 'HELD')))`
}

function cursorFromId(id: string | undefined): string | null {
  return id === undefined ? null : Buffer.from(id).toString('base64url')
}

function idFromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (isUuid(id)) return id
  throw new ValidationError([{ path: 'cursor', message: 'Expected the nextCursor of an earlier page.' }])
}
