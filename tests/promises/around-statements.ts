import BetterSqlite3 from 'better-sqlite3'

/** A statement that is about to run. */
interface SqliteStatement {
  readonly database: BetterSqlite3.Database
  /** As whoever opened it has named it. */
  readonly file: string
  readonly source: string
}

/** Runs `around` in place of every statement of this process, from now on, with the way to run it. The driver's own objects are taken hold of, since the store opens its connections itself. */
export function aroundStatements(around: (statement: SqliteStatement, work: () => unknown) => unknown): void {
  const run = (database: BetterSqlite3.Database, source: string, work: () => unknown) =>
    around({ database, file: database.name, source }, work)
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
    run(this, script, () => exec.call(this, script))
    return this
  }
}
