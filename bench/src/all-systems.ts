import type { System } from './system.ts'
import { bullmq } from './systems/bullmq.ts'
import { ebraPostgres } from './systems/ebra-postgres.ts'
import { ebraSqlite } from './systems/ebra-sqlite.ts'
import { graphileDefaults } from './systems/graphile-defaults.ts'
import { graphileLocalQueue } from './systems/graphile-local-queue.ts'
import { pgBossFetch } from './systems/pg-boss-fetch.ts'
import { pgBossNotify } from './systems/pg-boss-notify.ts'
import { pgBossWork } from './systems/pg-boss-work.ts'
import { rawPostgresHistory } from './systems/raw-postgres-history.ts'
import { rawPostgresStatements } from './systems/raw-postgres-statements.ts'
import { rawPostgresTick } from './systems/raw-postgres-tick.ts'
import { rawSqlite } from './systems/raw-sqlite.ts'

/** Everything that is compared, in the order of tables. */
export const systems: readonly System[] = [
  ebraPostgres,
  rawPostgresTick,
  rawPostgresStatements,
  rawPostgresHistory,
  pgBossFetch,
  pgBossWork,
  pgBossNotify,
  graphileDefaults,
  graphileLocalQueue,
  bullmq,
  ebraSqlite,
  rawSqlite,
]

/** Throws for a name that no system has. */
export function systemNamed(name: string): System {
  const found = systems.find((system) => system.name === name)
  if (found === undefined) throw new Error(`No system is named "${name}". There are ${systems.map((system) => system.name).join(', ')}.`)
  return found
}
