export { createDatabase, type DatabaseOptions, type TestDatabase } from './database.ts'
export { type PostgresOptions, type PostgresServer, startPostgres } from './server.ts'
export { type HostOfStore, insertWithin, withClient } from './with-client.ts'
