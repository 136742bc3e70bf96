import type { Clock, Logger, NewCall, Turn } from '@ebra/core'
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

let built = 0

/** A call like any other, but for `differences`. */
export function aCall(differences: Partial<NewCall> = {}): NewCall {
  built += 1
  return {
    id: `01900000-0000-7000-8000-${built.toString(16).padStart(12, '0')}`,
    tenant: null,
    to: `+1202${built.toString().padStart(7, '0')}`,
    from: null,
    scriptId: 'welcome',
    variables: {},
    metadata: {},
    provider: null,
    providerOptions: {},
    priority: 0,
    exclusive: true,
    maxAttempts: 3,
    retryOf: null,
    scheduledAt: null,
    expiresAt: null,
    idempotency: null,
    ...differences,
  }
}

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
