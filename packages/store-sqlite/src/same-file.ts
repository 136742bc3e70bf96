import { realpathSync } from 'node:fs'
import { ConfigurationError } from '@ebra/core'
import { sql } from 'kysely'
import { databaseNow } from './connection.ts'
import { inMemory } from './options.ts'
import { statement } from './statement.ts'

/** What a store asks of a host's database before it writes there: its file, and its time. */
export const hostFacts = statement(() => sql<HostFacts>`select file, ${databaseNow} as now from pragma_database_list where name = 'main'`)

/** The file of a database, empty for one in memory; milliseconds since 1970. */
export interface HostFacts {
  readonly file: string
  readonly now: number
}

/** Throws a ConfigurationError unless the host's database is the store's: a call would be inserted where nobody looks for it. */
export function refuseOtherFile(file: string, hostFile: string): void {
  if (file === inMemory) {
    throw new ConfigurationError('A store in memory shares no transaction with the host: give SqliteStore the path of a file.')
  }
  if (hostFile !== '' && realpathSync(hostFile) === realpathSync(file)) return
  throw new ConfigurationError(
    `The transaction is on ${hostFile === '' ? 'a database in memory' : hostFile}, and the store on ${file}. Both must be the same file.`,
  )
}
