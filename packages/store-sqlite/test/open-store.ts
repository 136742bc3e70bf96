import type { Clock, Logger, Turn } from '@ebra/core'
import { SqliteStore, type SqliteStoreOptions } from '../src/index.ts'
import { TemporaryFile } from './temporary-file.ts'

/** A store that is open on a file of its own. */
export interface OpenStore extends AsyncDisposable {
  readonly store: SqliteStore
  readonly file: string
}

/** Opens a store on a new file. Closing it removes the file. */
export async function openStore(options: Partial<SqliteStoreOptions> = {}, clock: Clock | null = null): Promise<OpenStore> {
  const home = new TemporaryFile()
  const store = new SqliteStore({ file: home.path, ...options })
  await store.open({ logger: silent, clock })
  return {
    store,
    file: home.path,
    async [Symbol.asyncDispose]() {
      await store.close()
      home[Symbol.dispose]()
    },
  }
}

/** Says nothing. */
export const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** A turn that claims, and does nothing else but for `parts`. */
export function claimingTurn(parts: Partial<Turn> = {}): Turn {
  return {
    by: { processId: 'test', number: 1 },
    writes: [],
    abandoned: [],
    seen: [],
    parked: [],
    unparked: [],
    gates: [],
    expireDue: true,
    claim: {
      limit: 100,
      providers: [{ name: 'sim', placeTimeoutMs: 10_000, maxConcurrent: null }],
      sendWindowMs: 5_000,
      beyondShare: true,
    },
    ...parts,
  }
}

function ignore(): void {}
