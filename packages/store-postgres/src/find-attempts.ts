import { type AttemptKeys, isUuid, type LocatedAttempt, parseAttemptId } from '@ebra/core'
import { sql } from 'kysely'
import type { PostgresContext } from './context.ts'
import { type AttemptRecord, locatedFromRecord } from './rows.ts'

/** Reads every attempt that any of the keys names, each once. */
export async function findAttempts(
  { connection, queries, injectedTime }: PostgresContext,
  { attemptIds, providerCallIds, callIds }: AttemptKeys,
): Promise<{ readonly now: Date; readonly found: readonly LocatedAttempt[] }> {
  const named = attemptIds.flatMap((attemptId) => parseAttemptId(attemptId) ?? [])
  const [answer] = await connection.read(
    queries.compile(sql<{ now: string; found: string | null }>`
      with named as (
        select call_id, number
        from unnest(${named.map(({ callId }) => callId)}::uuid[], ${named.map(({ number }) => number)}::integer[]) as named (call_id, number)
        union
        select attempt.call_id, attempt.number
        from unnest(${providerCallIds.map(({ provider }) => provider)}::text[], ${providerCallIds.map(({ id }) => id)}::text[]) as given (provider, id)
        join ${queries.ref('provider_ids')} as known on known.key = ${queries.ref('key_of')}(given.provider, given.id)
        join ${queries.ref('attempts')} as attempt on attempt.call_id = known.call_id and attempt.number = known.number
        where attempt.provider = given.provider and (attempt.provider_call_id = given.id or given.id = any (attempt.aliases))
        union
        select call_id, number from ${queries.ref('attempts')} where call_id = any (${callIds.filter(isUuid)}::uuid[])
      )
      select
        to_json(${queries.ref('instant')}(${injectedTime}::timestamptz))::text as now,
        (select json_agg(record) from named join ${queries.ref('attempt_records')} using (call_id, number))::text as found
    `),
  )
  const records: readonly AttemptRecord[] = JSON.parse(answer?.found ?? '[]')
  return { now: new Date(JSON.parse(answer?.now ?? 'null')), found: records.map(locatedFromRecord) }
}
