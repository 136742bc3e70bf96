import { isUuid, type LookUp, type LookUpKeys, parseAttemptId } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { filled, jsonText } from './json-text.ts'
import { type AttemptRecord, locatedFromRecord } from './rows.ts'

/** Reads every attempt that any of the keys names, each once, and which events were seen before. */
export async function lookUp(context: PostgresContext, keys: LookUpKeys): Promise<LookUp> {
  const { now, found, seen } = await context.ask<LookUpAnswer>('look_up', keysToJson(keys))
  const { events = [] } = keys
  return {
    now: new Date(now),
    found: (found ?? []).map(locatedFromRecord),
    seen: (seen ?? []).flatMap((place) => events[place] ?? []),
  }
}

interface LookUpAnswer {
  readonly now: string
  readonly found: readonly AttemptRecord[] | null
  /** Places among the events asked for. */
  readonly seen: readonly number[] | null
}

/** What is empty is left out, so that the look-up passes over it. */
function keysToJson({ attemptIds = [], providerCallIds = [], callIds = [], events = [] }: LookUpKeys): string {
  const attempts = attemptIds.flatMap((attemptId) => parseAttemptId(attemptId) ?? [])
  return jsonText({
    attempts: filled(attempts.map(({ callId, number }) => ({ call_id: callId, number }))),
    provider_ids: filled(providerCallIds),
    calls: filled(callIds.filter(isUuid)),
    events: filled(events.map(({ provider, eventId }) => ({ provider, event_id: eventId }))),
  })
}
