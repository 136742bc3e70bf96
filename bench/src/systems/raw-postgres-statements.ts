import type { Pool } from 'pg'
import { cap, type System } from '../system.ts'
import { connectRawPostgres, rawDiffers } from './raw-postgres.ts'
import type { Turn } from './turn-loop.ts'

/** The same SQL as three statements with a commit each: what one writes first. */
export const rawPostgresStatements: System = {
  name: 'raw-postgres-statements',
  title: 'SQL by hand, three statements',
  server: 'postgres',
  library: 'pg',
  differs: rawDiffers,
  connect: (address, platform) => connectRawPostgres(address, platform, statements),
}

function statements(pool: Pool): Turn {
  return async ({ ended, placed, wanted }) => {
    if (ended.length > 0) await pool.query({ name: 'settle', text: 'select settle($1::text[])', values: [ended] })
    if (placed.length > 0) {
      const values = [placed.map(({ id }) => id), placed.map(({ providerCallId }) => providerCallId)]
      await pool.query({ name: 'record', text: 'select record($1::uuid[], $2::text[])', values })
    }
    if (wanted === 0) return []
    const { rows } = await pool.query<{ id: string }>({
      name: 'claim',
      text: 'select claim as id from claim($1, $2)',
      values: [wanted, cap],
    })
    return rows.map(({ id }) => id)
  }
}
