import type { EventKey } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { jsonText } from './json-text.ts'

/** Says which of these events were seen before. */
export async function findSeen(context: PostgresContext, { keys }: { readonly keys: readonly EventKey[] }): Promise<readonly EventKey[]> {
  if (keys.length === 0) return []
  const events = jsonText(keys.map(({ provider, eventId }) => ({ provider, event_id: eventId })))
  const places = await context.ask<readonly number[] | null>('find_seen', events)
  return (places ?? []).flatMap((place) => keys[place] ?? [])
}
