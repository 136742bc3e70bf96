import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a ledger's file lies. */
export interface LedgerHome {
  readonly file: string
  /** Removes what was made for this ledger alone; a file that the options named stays. */
  leave(): Promise<void>
}

/** The file of the options, else one in a fresh temporary folder. */
export async function ledgerHome(file: string | undefined): Promise<LedgerHome> {
  if (file !== undefined) return { file, leave: async () => undefined }
  const folder = await mkdtemp(join(tmpdir(), 'ring-ledger-'))
  return { file: join(folder, 'ledger.jsonl'), leave: () => rm(folder, { recursive: true, force: true }) }
}
