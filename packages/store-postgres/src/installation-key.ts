import { sql } from 'kysely'
import type { PostgresContext } from './context.ts'

/** Reads the secret that was made with the schema: 32 bytes, the same for the fleet. */
export async function installationKey({ connection, queries }: PostgresContext): Promise<Uint8Array> {
  const rows = await connection.read(
    queries.compile(sql<{ key: string }>`select encode(key, 'hex') as key from ${queries.ref('installation')}`),
  )
  return Buffer.from(rows[0]?.key ?? '', 'hex')
}
