import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'

/** A place for a SQLite file that has little room. */
export interface SmallDisk extends AsyncDisposable {
  readonly file: string
  /** Somebody clears up: there is room again. */
  enlarge(): void
}

/** What limits the room: a real file system of two megabytes where this process may mount one, else SQLite's own limit of pages, which fails by the same code. */
export const limitedBy = mayMount() ? 'a file system of 2 MB' : 'a limit of pages'

/** A fresh one. */
export function smallDisk(): SmallDisk {
  return limitedBy === 'a limit of pages' ? limitPages() : mountTmpfs()
}

function mayMount(): boolean {
  try {
    using _ = mountTmpfs()
    return true
  } catch {
    return false
  }
}

function mountTmpfs(): SmallDisk & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'ebra-disk-'))
  const run = (program: string, ...args: readonly string[]) => void execFileSync(program, [...args, folder], { stdio: 'ignore' })
  const dispose = () => {
    run('umount', '--lazy')
    rmdirSync(folder)
  }
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs')
  } catch (error) {
    rmdirSync(folder)
    throw error
  }
  return {
    file: join(folder, 'ebra.db'),
    enlarge: () => run('mount', '-o', 'remount,size=64m'),
    [Symbol.dispose]: dispose,
    [Symbol.asyncDispose]: async () => dispose(),
  }
}

const pagesAllowed = 300
const limited = new Map<string, Set<BetterSqlite3.Database>>()

/** The limit is a matter of each connection, and the store opens its own: they are limited as they are opened. */
function limitPages(): SmallDisk {
  takeHold()
  const file = join(mkdtempSync(join(tmpdir(), 'ebra-disk-')), 'ebra.db')
  const connections = new Set<BetterSqlite3.Database>()
  limited.set(file, connections)
  const enlarge = () => {
    limited.delete(file)
    for (const connection of connections) if (connection.open) pragma.call(connection, 'max_page_count = 1000000')
  }
  return { file, enlarge, [Symbol.asyncDispose]: async () => void limited.delete(file) }
}

const { pragma } = BetterSqlite3.prototype

function takeHold(): void {
  BetterSqlite3.prototype.pragma = function (this: BetterSqlite3.Database, ...args: Parameters<typeof pragma>) {
    const connections = limited.get(this.name)
    if (connections !== undefined && !connections.has(this)) {
      connections.add(this)
      pragma.call(this, `max_page_count = ${pagesAllowed}`)
    }
    return pragma.apply(this, args)
  }
}
