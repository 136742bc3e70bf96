import { ConfigurationError, SchemaIncompatibleError } from '@ebra/core'
import { sql } from 'kysely'
import type { Connection } from './connection.ts'
import { migrations } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import type { PostgresClient } from './pool.ts'
import { Queries } from './queries.ts'
import { isForbidden } from './unavailable.ts'

/** Brings the schema up to date, in one transaction that only one process at a time can be in. Returns the names of what it applied. */
export async function migrate(connection: Connection, schema: string): Promise<readonly string[]> {
  if ((await missingMigrations(connection, schema)).length === 0) return []
  try {
    return await connection.transaction(
      async (client) => {
        await client.query(`${lockSql(schema)}\n${await foundationSql(client, schema)}`, [])
        const missing = missingAmong(await readApplied(client, schema), schema)
        for (const migration of missing) await client.query(stepSql(migration, schema), [])
        return { end: 'commit', value: missing.map(({ name }) => name) }
      },
      { answerTimeoutMs: migrationTimeoutMs },
    )
  } catch (error) {
    throw isForbidden(error) ? forbidden(schema, error) : error
  }
}

/** Throws a SchemaIncompatibleError unless the schema is one that this code can work on. */
export async function verifySchema(connection: Connection, schema: string): Promise<void> {
  const missing = await missingMigrations(connection, schema)
  if (missing.length === 0) return
  const names = missing.map(({ number, name }) => `${number} "${name}"`).join(', ')
  throw new SchemaIncompatibleError(
    `The schema "${schema}" lacks migration ${names}. Run store.migrate(), apply store.migrationSql(), or open the store with migrate: 'auto'.`,
  )
}

/** The script that brings a database from the schema after one migration to the newest. */
export function migrationSql(schema: string, after: number): string {
  const steps = migrations.filter(({ number }) => number > after).map((migration) => stepSql(migration, schema))
  return ['begin;', lockSql(schema), createSchema(schema), migrationTable(schema), ...steps, 'commit;', ''].join('\n\n')
}

/** Others may be migrating, and a large table may take its time. */
const migrationTimeoutMs = 600_000

/** The oldest Postgres that has what the schema uses: NULLS NOT DISTINCT. */
const oldestVersion = 15

async function missingMigrations(connection: Connection, schema: string): Promise<readonly Migration[]> {
  const queries = new Queries(schema)
  const [server] = await connection.read(
    queries.compile(sql<{ version: string; is_migrated: string }>`
      select current_setting('server_version_num') as version, (to_regclass(${`${schema}.migrations`}) is not null)::text as is_migrated
    `),
  )
  refuseOldServer(Number(server?.version))
  if (server?.is_migrated !== 'true') return migrations
  const applied = await connection.read(queries.compile(sql<AppliedMigration>`${sql.raw(appliedSql(schema))}`))
  return missingAmong(applied, schema)
}

interface AppliedMigration {
  readonly number: string
  readonly name: string
  readonly min_code: string
}

async function readApplied(client: PostgresClient, schema: string): Promise<readonly AppliedMigration[]> {
  const { rows } = await client.query(appliedSql(schema), [])
  return rows as readonly AppliedMigration[]
}

/** Additive migrations leave older code running; only a breaking one raises what code has to know. */
function missingAmong(applied: readonly AppliedMigration[], schema: string): readonly Migration[] {
  const breaking = applied.find(({ min_code }) => Number(min_code) > migrations.length)
  if (breaking === undefined) return migrations.filter(({ number }) => !applied.some((known) => Number(known.number) === number))
  throw new SchemaIncompatibleError(
    `The schema "${schema}" was migrated by a newer release: "${breaking.name}" needs code that knows migration ${breaking.min_code}, and this knows ${migrations.length}. Upgrade @ebra/store-postgres.`,
  )
}

function refuseOldServer(version: number): void {
  if (version >= oldestVersion * 10_000) return
  throw new ConfigurationError(`This Postgres is version ${Math.floor(version / 10_000)}. Ebra needs ${oldestVersion} or newer.`)
}

/** A role that may not create schemas can still work in one that was made for it. */
async function foundationSql(client: PostgresClient, schema: string): Promise<string> {
  const { rows } = await client.query(`select 1 from pg_namespace where nspname = '${schema}'`, [])
  return `${rows.length === 0 ? createSchema(schema) : ''}\n${migrationTable(schema)}`
}

function createSchema(schema: string): string {
  return `create schema if not exists "${schema}";`
}

function migrationTable(schema: string): string {
  return inSchema(
    `create table if not exists ebra.migrations (
  number integer primary key,
  name text not null,
  min_code integer not null,
  applied_at timestamptz(3) not null default now()
);`,
    schema,
  )
}

/** Two processes that find the schema missing make it one after the other. */
function lockSql(schema: string): string {
  return `set local synchronous_commit = on;\nselect pg_advisory_xact_lock(1700950625, hashtext('migrate ${schema}'));`
}

function appliedSql(schema: string): string {
  return inSchema('select number::text as number, name, min_code::text as min_code from ebra.migrations', schema)
}

function stepSql({ number, name, minCode, sql: step }: Migration, schema: string): string {
  const record = `insert into ebra.migrations (number, name, min_code) values (${number}, '${name}', ${minCode});`
  return inSchema(`-- Migration ${number}: ${name}\n\n${step.trim()}\n\n${record}`, schema)
}

/** Migrations are written for the schema `ebra`. A schema's name is made of letters, digits and underscores only. */
function inSchema(text: string, schema: string): string {
  return schema === 'ebra' ? text : text.replaceAll(/\bebra\./g, `"${schema}".`)
}

function forbidden(schema: string, cause: unknown): ConfigurationError {
  return new ConfigurationError(
    `This role may not create what Ebra needs in the schema "${schema}". Let a role that may run: create schema if not exists "${schema}" authorization <this role>;`,
    { cause },
  )
}
