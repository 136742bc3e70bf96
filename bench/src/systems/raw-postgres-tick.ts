import type { System } from '../system.ts'
import { connectRawPostgres, oneCall, rawDiffers } from './raw-postgres.ts'

/** The least that a lifecycle under an exact cap costs on Postgres: everything of a turn in one function, one round trip and one commit. */
export const rawPostgresTick: System = {
  name: 'raw-postgres-tick',
  title: 'SQL by hand, one call a turn',
  server: 'postgres',
  library: 'pg',
  differs: rawDiffers,
  connect: (address, platform) => connectRawPostgres(address, platform, tick),
}

const tick = oneCall('tick', 'select tick as id from tick($1::text[], $2::uuid[], $3::text[], $4)')
