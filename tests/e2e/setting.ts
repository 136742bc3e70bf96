import { join } from 'node:path'
import { type LedgerOptions, type SpawnedLedger, spawnLedger } from '@ebra/testkit/ledger'
import { createDatabase } from '@ebra/testkit/postgres'
import { canary } from '../../scripts/check/leaks.ts'
import { scratchFolder } from './scratch-folder.ts'

/** Where a server under test keeps its calls. */
export type DatabaseKind = 'SQLite' | 'Postgres'

/** Both, for tests that hold on either. */
export const databaseKinds = ['SQLite', 'Postgres'] as const satisfies readonly DatabaseKind[]

/** A folder, an empty database and a platform that nobody else knows, and what a server must be told of them. */
export interface Setting extends AsyncDisposable {
  readonly folder: string
  readonly platform: SpawnedLedger
  readonly environment: Readonly<Record<string, string>>
}

/** Sets the scene for a server that dials through a platform in a process of its own. */
export async function createSetting(kind: DatabaseKind, platformOptions: LedgerOptions = {}): Promise<Setting> {
  const folder = await scratchFolder()
  const database = await databaseOf(kind, folder.path)
  const secrets = {
    apiKey: `${canary}-key-of-the-platform`,
    webhookSecret: `whsec_${Buffer.from(`${canary}, a secret of twenty-four or more bytes`).toString('base64')}`,
  }
  const platform = await spawnLedger({ ...secrets, ...platformOptions })
  return {
    folder: folder.path,
    platform,
    environment: {
      ...database.environment,
      USE_SIMULATOR: 'false',
      PROVIDER_BASE_URL: platform.url,
      PROVIDER_API_KEY: secrets.apiKey,
      WEBHOOK_SECRET: secrets.webhookSecret,
      BASE_RETRY_SECONDS: '0.05',
    },
    [Symbol.asyncDispose]: async () => {
      await platform.close()
      await database[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function databaseOf(kind: DatabaseKind, folder: string): Promise<AsyncDisposable & Pick<Setting, 'environment'>> {
  if (kind === 'SQLite') return { environment: { SQLITE_FILE: join(folder, 'ebra.db') }, [Symbol.asyncDispose]: async () => undefined }
  const { connectionString, drop } = await createDatabase()
  return { environment: { DATABASE_URL: connectionString }, [Symbol.asyncDispose]: drop }
}
