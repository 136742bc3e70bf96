import BetterSqlite3 from 'better-sqlite3'
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

function run<TAnswer>(database: BetterSqlite3.Database, source: string, work: () => TAnswer): TAnswer {
  const fault = laid.get(database.name)
  if (fault === undefined || (fault.how === 'commit' ? source !== 'COMMIT' : source.includes('data_version'))) return work()
  fault.left -= 1
  if (fault.left !== 0) return work()
  if (fault.how === 'commit') work()
  throw new BetterSqlite3.SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE')
}

/** The driver's own objects are taken hold of, since the store opens its connections itself. */
function takeHold(): void {
  const database = new BetterSqlite3(':memory:')
  const statements: Record<'run' | 'get' | 'all', (...values: unknown[]) => unknown> = Object.getPrototypeOf(database.prepare('select 1'))
  database.close()
  for (const name of ['run', 'get', 'all'] as const) {
    const original = statements[name]
    statements[name] = function (this: BetterSqlite3.Statement, ...values: unknown[]) {
      return run(this.database, this.source, () => Reflect.apply(original, this, values))
    }
  }
  const { exec } = BetterSqlite3.prototype
  BetterSqlite3.prototype.exec = function (this: BetterSqlite3.Database, script: string) {
    return run(this, script, () => exec.call(this, script))
  }
}

takeHold()
