export type { SqliteHandle } from './host-database.ts'
export type { SqliteTransaction } from './kysely-transaction.ts'
export type { SqliteStoreOptions } from './options.ts'
export { SqliteStore } from './sqlite-store.ts'
