import { SchemaIncompatibleError } from '@ebra/core'
import { sql } from 'kysely'
import type { Connection, Transaction } from './connection.ts'
import { migrations } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { queries, statement } from './statement.ts'

/** Brings the schema up to date, in one transaction that only one process at a time can be in. Returns the names of what it applied. */
export function migrate(connection: Connection): readonly string[] {
  if (missingMigrations(connection).length === 0) return []
  return connection.write((transaction) => {
    connection.execute(migrationTable)
    const missing = readMissing(transaction, connection.file)
    for (const migration of missing) apply(connection, transaction, migration)
    return missing.map(({ name }) => name)
  })
}

/** Throws a SchemaIncompatibleError unless the schema is one that this code can work on. */
export function verifySchema(connection: Connection): void {
  const missing = missingMigrations(connection).map(({ number, name }) => `migration ${number} "${name}"`)
  if (missing.length === 0) return
  throw new SchemaIncompatibleError(
    `The database ${connection.file} lacks ${missing.join(', ')}. Run store.migrate(), or open the store with migrate: 'auto'.`,
  )
}

/** The script that brings a database from the schema after one migration to the newest. */
export function migrationSql(after: number): string {
  const steps = migrations
    .filter(({ number }) => number > after)
    .map(({ number, name, minCode, sql }) => `-- Migration ${number}: ${name}\n${sql.trim()}\n${recordSql(number, name, minCode)}`)
  return ['begin immediate;', migrationTable.trim(), ...steps, 'commit;', ''].join('\n\n')
}

function missingMigrations(connection: Connection): readonly Migration[] {
  return connection.read((transaction) => readMissing(transaction, connection.file))
}

function readMissing(transaction: Transaction, file: string): readonly Migration[] {
  if (transaction.get(hasMigrations, {}) === undefined) return migrations
  const applied = transaction.all(appliedMigrations, {})
  refuseNewer(applied, file)
  return migrations.filter(({ number }) => !applied.some((known) => known.number === number))
}

/** Additive migrations leave older code running; only a breaking one raises what code has to know. */
function refuseNewer(applied: readonly { readonly min_code: number; readonly name: string }[], file: string): void {
  const known = migrations.length
  const breaking = applied.find(({ min_code }) => min_code > known)
  if (breaking === undefined) return
  throw new SchemaIncompatibleError(
    `The database ${file} was migrated by a newer release: "${breaking.name}" needs code that knows migration ${breaking.min_code}, and this knows ${known}. Upgrade @ebra/store-sqlite.`,
  )
}

function apply(connection: Connection, transaction: Transaction, { number, name, minCode, sql }: Migration): void {
  connection.execute(sql)
  transaction.run(recordMigration, { number, name, minCode, now: transaction.now })
}

function recordSql(number: number, name: string, minCode: number): string {
  return `insert into ebra_migrations values (${number}, '${name}', ${minCode}, unixepoch() * 1000);`
}

const migrationTable = `
create table if not exists ebra_migrations (
  number integer primary key not null,
  name text not null,
  min_code integer not null,
  applied_at integer not null
) strict;
`

const hasMigrations = statement(() => sql<object>`select 1 from sqlite_master where type = 'table' and name = 'ebra_migrations'`)

const appliedMigrations = statement(() => queries.selectFrom('ebra_migrations').selectAll().orderBy('number'))

const recordMigration = statement((params: { number: number; name: string; minCode: number; now: number }) =>
  queries
    .insertInto('ebra_migrations')
    .values({ number: params.number, name: params.name, min_code: params.minCode, applied_at: params.now }),
)
