import type { EventKey } from '@ebra/core'
import { sql } from 'kysely'
import type { PostgresContext } from './context.ts'

/** Says which of these events were seen before. */
export async function findSeen(
  { connection, queries }: PostgresContext,
  { keys }: { readonly keys: readonly EventKey[] },
): Promise<readonly EventKey[]> {
  if (keys.length === 0) return []
  const rows = await connection.read(
    queries.compile(sql<{ position: string }>`
      select (given.position - 1)::text as position
      from unnest(${keys.map(({ provider }) => provider)}::text[], ${keys.map(({ eventId }) => eventId)}::text[])
        with ordinality as given (provider, event_id, position)
      where exists (select from ${queries.ref('seen_events')} where key = ${queries.ref('key_of')}(given.provider, given.event_id))
    `),
  )
  const seen = new Set(rows.map(({ position }) => Number(position)))
  return keys.filter((_key, position) => seen.has(position))
}
