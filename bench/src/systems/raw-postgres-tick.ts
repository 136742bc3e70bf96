import type { Pool } from 'pg'
import type { System } from '../system.ts'
import { connectRawPostgres, rawDiffers } from './raw-postgres.ts'
import type { Turn } from './turn-loop.ts'

/** The least that a lifecycle under an exact cap costs on Postgres: everything of a turn in one function, one round trip and one commit. */
export const rawPostgresTick: System = {
  name: 'raw-postgres-tick',
  title: 'SQL by hand, one call a turn',
  server: 'postgres',
  library: 'pg',
  differs: rawDiffers,
  connect: (address, platform) => connectRawPostgres(address, platform, tick),
}

function tick(pool: Pool): Turn {
  return async ({ ended, placed, wanted }) => {
    const { rows } = await pool.query<{ id: string }>({
      name: 'tick',
      text: 'select tick as id from tick($1::text[], $2::uuid[], $3::text[], $4)',
      values: [ended, placed.map(({ id }) => id), placed.map(({ providerCallId }) => providerCallId), wanted],
    })
    return rows.map(({ id }) => id)
  }
}
