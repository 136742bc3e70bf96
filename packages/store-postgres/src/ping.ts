import { sql } from 'kysely'
import type { PostgresContext } from './context.ts'

/** Reads a row, so that a schema which is gone is noticed too. */
export async function ping({ connection, queries }: PostgresContext): Promise<void> {
  await connection.read(queries.compile(sql`select from ${queries.ref('control')}`))
}
