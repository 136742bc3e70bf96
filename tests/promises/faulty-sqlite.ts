import BetterSqlite3 from 'better-sqlite3'
import { aroundStatements } from './around-statements.ts'
import type { StatementFault } from './statement-fault.ts'

/** What fails: any statement, undone; or a COMMIT that held, as when a disk fails after the write. */
export type SqliteFault = 'statement' | 'commit'

/** Makes the n-th statement, or COMMIT, on a file fail, by whichever connection of this process that names the file exactly so. Looks for commits of others are not counted: their number is a matter of time. */
export function layFault(file: string, how: SqliteFault, nth: number): StatementFault {
  const fault = { how, left: nth }
  laid.set(file, fault)
  return { hasStruck: () => fault.left <= 0, [Symbol.dispose]: () => void laid.delete(file) }
}

const laid = new Map<string, { readonly how: SqliteFault; left: number }>()

aroundStatements(({ file, source }, work) => {
  const fault = laid.get(file)
  if (fault === undefined || (fault.how === 'commit' ? source !== 'COMMIT' : source.includes('data_version'))) return work()
  fault.left -= 1
  if (fault.left !== 0) return work()
  if (fault.how === 'commit') work()
  throw new BetterSqlite3.SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE')
})
