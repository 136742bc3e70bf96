import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, postgresAccount } from './account.ts'
import { locateBinaries } from './binaries.ts'

/** An initialised data directory in a temporary folder of its own, and what it takes to run a server on it. */
export interface Cluster {
  /** Holds everything of this cluster, and nothing else. */
  readonly folder: string
  readonly dataFolder: string
  readonly postgres: string
  readonly account: Account
  readonly password: string
}

/** Makes an empty cluster: UTF-8, byte order collation, one user `postgres` with a random password. */
export async function createCluster(): Promise<Cluster> {
  const account = await postgresAccount()
  const folder = await mkdtemp(join(tmpdir(), 'ebra-postgres-'))
  try {
    if ('uid' in account) await chown(folder, account.uid, account.gid)
    const { initdb, postgres } = await locateBinaries(account, folder)
    const cluster = { folder, dataFolder: join(folder, 'data'), postgres, account, password: randomBytes(16).toString('hex') }
    await initialise(cluster, initdb)
    return cluster
  } catch (error) {
    await removeCluster({ folder })
    throw error
  }
}

/** Deletes the cluster's folder with all it holds. */
export async function removeCluster({ folder }: Pick<Cluster, 'folder'>): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

async function initialise({ folder, dataFolder, account, password }: Cluster, initdb: string): Promise<void> {
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, password)
  if ('uid' in account) await chown(passwordFile, account.uid, account.gid)
  const options = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync', '--no-instructions']
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  await promisify(execFile)(initdb, [`--pgdata=${dataFolder}`, ...options, ...locale], { ...account, cwd: folder })
  await rm(passwordFile)
}
