import { CallOrchestrator, HttpProvider, type Logger, type Provider, SimulatedProvider, type Store } from '@ebra/core'
import type { DatabaseSettings, Settings } from './settings.ts'

/** The orchestrator that the settings describe; nothing is opened yet. Throws a ConfigurationError for settings that it refuses. */
export async function createOrchestrator(settings: Settings, publicUrl: string, logger: Logger): Promise<CallOrchestrator> {
  const { concurrency, maxAttempts, baseDelayMs, staleAfterMs } = settings
  return new CallOrchestrator({
    store: await createStore(settings.database),
    provider: createProvider(settings),
    concurrency,
    retry: { maxAttempts, baseDelayMs },
    staleAfterMs,
    publicUrl,
    logger,
    // A call that nobody hears of any more is dialed again, even if its phone may have rung: this service would rather call twice than never.
    onLost: { unconfirmed: 'retry', silent: 'retry' },
  })
}

/** Only the database that is used is loaded. */
async function createStore(database: DatabaseSettings): Promise<Store> {
  if (database.kind === 'sqlite') {
    const { SqliteStore } = await import('@ebra/store-sqlite')
    return new SqliteStore({ file: database.file })
  }
  const { PostgresStore } = await import('@ebra/store-postgres')
  return new PostgresStore({ connectionString: database.connectionString })
}

function createProvider({ platform, webhookSecrets }: Settings): Provider {
  if (platform.kind === 'simulator') return new SimulatedProvider({ webhookSecrets })
  return new HttpProvider({ baseUrl: platform.baseUrl, apiKey: platform.apiKey, webhookSecrets })
}
