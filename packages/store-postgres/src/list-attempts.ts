import { type Attempt, isUuid } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { locatedFromRecord } from './rows.ts'

/** Reads the attempts of a call, in the order of their numbers. */
export async function listAttempts(
  { connection, queries }: PostgresContext,
  { callId }: { readonly callId: string },
): Promise<readonly Attempt[]> {
  if (!isUuid(callId)) return []
  const rows = await connection.read(queries.attemptRecords().where('call_id', '=', callId).orderBy('number').compile())
  return rows.map(({ record }) => locatedFromRecord(JSON.parse(record)).attempt)
}
