import type { System } from '../system.ts'
import { connectEbra } from './ebra.ts'

/** Ebra on Postgres. */
export const ebraPostgres: System = {
  name: 'ebra-postgres',
  title: 'Ebra on Postgres',
  server: 'postgres',
  library: '@ebra/core',
  differs: [
    'keeps every attempt in a history, remembers each webhook for a week, and lets one call at a time ring a number; the cap holds for the fleet',
  ],
  connect: async (address, platform) => {
    const { PostgresStore } = await import('@ebra/store-postgres')
    const client = await connectEbra(new PostgresStore({ connectionString: address }), platform)
    const { seedEbraPostgres } = await import('../seeding/ebra-postgres.ts')
    return { ...client, seed: (amounts) => seedEbraPostgres(address, amounts) }
  },
}
