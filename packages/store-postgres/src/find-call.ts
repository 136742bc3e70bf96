import { type Call, isUuid } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { callFromRecord } from './rows.ts'

/** Reads a call; null for an id that no call bears, whatever it looks like. */
export async function findCall({ connection, queries }: PostgresContext, { callId }: { readonly callId: string }): Promise<Call | null> {
  if (!isUuid(callId)) return null
  const [row] = await connection.read(queries.callRecords().where('id', '=', callId).compile())
  return row === undefined ? null : callFromRecord(JSON.parse(row.record))
}
