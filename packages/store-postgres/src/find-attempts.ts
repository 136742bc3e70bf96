import { type AttemptKeys, isUuid, type LocatedAttempt, parseAttemptId } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { jsonText } from './json-text.ts'
import { type AttemptRecord, locatedFromRecord } from './rows.ts'

/** Reads every attempt that any of the keys names, each once. */
export async function findAttempts(
  context: PostgresContext,
  keys: AttemptKeys,
): Promise<{ readonly now: Date; readonly found: readonly LocatedAttempt[] }> {
  const { now, found } = await context.ask<FoundAnswer>('find_attempts', keysToJson(keys))
  return { now: new Date(now), found: (found ?? []).map(locatedFromRecord) }
}

interface FoundAnswer {
  readonly now: string
  readonly found: readonly AttemptRecord[] | null
}

function keysToJson({ attemptIds, providerCallIds, callIds }: AttemptKeys): string {
  const attempts = attemptIds.flatMap((attemptId) => parseAttemptId(attemptId) ?? [])
  return jsonText({
    attempts: attempts.map(({ callId, number }) => ({ call_id: callId, number })),
    provider_ids: providerCallIds,
    calls: callIds.filter(isUuid),
  })
}
