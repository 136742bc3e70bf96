import { ConfigurationError } from '@ebra/core'
import { sql } from 'kysely'
import type { PostgresContext } from './context.ts'

/** Refuses a pool whose transactions do not begin in READ COMMITTED: there a claim would count live attempts as they were before it waited for its turn. */
export async function verifyClaims({ connection, queries }: PostgresContext): Promise<void> {
  const [setting] = await connection.read(
    queries.compile(sql<IsolationSetting>`
      select setting, source, sourcefile, sourceline::text, current_user as role, current_database() as database
      from pg_settings
      where name = 'default_transaction_isolation'
    `),
  )
  if (setting === undefined || setting.setting === 'read committed') return
  throw new ConfigurationError(
    `The connections of this pool begin transactions in ${setting.setting.toUpperCase()}, where the cap cannot be kept exactly. ${lineToChange(setting)}`,
  )
}

interface IsolationSetting {
  readonly setting: string
  /** Where Postgres found it. */
  readonly source: string
  readonly sourcefile: string | null
  readonly sourceline: string | null
  readonly role: string
  readonly database: string
}

function lineToChange({ setting, source, sourcefile, sourceline, role, database }: IsolationSetting): string {
  switch (source) {
    case 'user':
      return `Run: alter role "${role}" reset default_transaction_isolation;`
    case 'database':
      return `Run: alter database "${database}" reset default_transaction_isolation;`
    case 'database user':
      return `Run: alter role "${role}" in database "${database}" reset default_transaction_isolation;`
    case 'client':
      return `Take "-c default_transaction_isolation=${setting}" out of the pool's options (or of PGOPTIONS), or give the store a pool of its own.`
    case 'session':
      return `Take "set default_transaction_isolation" (or "set session characteristics") out of what the host runs on each new connection, or give the store a pool of its own.`
    default:
      return `Set default_transaction_isolation = 'read committed' in ${sourcefile === null ? 'postgresql.conf' : `${sourcefile}, line ${sourceline}`}, or for this role.`
  }
}
