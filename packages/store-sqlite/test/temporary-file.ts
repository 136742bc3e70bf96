import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A path for a database in a folder of its own, and the way to remove it. */
export async function temporaryFile(): Promise<{ readonly file: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'ebra-sqlite-'))
  return { file: join(folder, 'ebra.db'), remove: () => rm(folder, { recursive: true }) }
}
