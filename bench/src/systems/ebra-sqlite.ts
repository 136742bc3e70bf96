import type { System } from '../system.ts'
import { connectEbra } from './ebra.ts'

/** Ebra on SQLite, every commit flushed. */
export const ebraSqlite: System = {
  name: 'ebra-sqlite',
  title: 'Ebra on SQLite',
  server: 'file',
  library: '@ebra/core',
  differs: ['as Ebra on Postgres; a file of one machine, synchronous = FULL'],
  connect: async (address, platform) => {
    const { SqliteStore } = await import('@ebra/store-sqlite')
    const client = await connectEbra(new SqliteStore({ file: address }), platform)
    const { seedEbraSqlite } = await import('../seeding/ebra-sqlite.ts')
    return { ...client, seed: async (amounts) => seedEbraSqlite(address, amounts) }
  },
}
