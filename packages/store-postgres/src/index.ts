export type { KyselyTransaction, PostgresTransaction } from './host-transaction.ts'
export type { PostgresStoreOptions } from './options.ts'
export type { PostgresClient, PostgresPool, PostgresPoolClient } from './pool.ts'
export { PostgresStore } from './postgres-store.ts'
