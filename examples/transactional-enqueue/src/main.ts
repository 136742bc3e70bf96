import { runOnPostgres } from './on-postgres.ts'
import { runOnSqlite } from './on-sqlite.ts'

// An order and the call that confirms it are one thing: both are there, or neither. On SQLite, or on the Postgres of DATABASE_URL.
const connectionString = process.env['DATABASE_URL']
if (connectionString) await runOnPostgres(connectionString)
else await runOnSqlite('orders.db')
