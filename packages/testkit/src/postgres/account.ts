import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Whom Postgres runs as. Empty: as whoever runs the tests. */
export type Account = { readonly uid: number; readonly gid: number } | Record<never, never>

/** Postgres refuses to run as root: there it runs as `postgres` if that account exists, else as `nobody`, which needs no new account on the machine. */
export async function postgresAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {}
  return (await accountNamed('postgres')) ?? (await accountNamed('nobody')) ?? {}
}

async function accountNamed(name: string): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return null
  }
}

const run = promisify(execFile)
