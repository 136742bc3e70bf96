import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type SpawnedLedger, spawnLedger } from '@ebra/testkit/ledger'

/** A voice-AI platform in a process of its own, and what a server must know to dial through it. */
export interface Platform {
  readonly witness: SpawnedLedger
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/**
 * Starts a platform that calls nobody, writes down every ring, and is as difficult as real ones are: people who are busy, away, or a machine; calls that fail; refusals for asking too
 * often; webhooks that come twice, out of order, or before the answer to the request that they belong to.
 */
export async function startPlatform(folder: string): Promise<Platform> {
  const apiKey = randomBytes(16).toString('hex')
  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`
  const witness = await spawnLedger({
    file: join(folder, 'platform.ndjson'),
    seed: 'demo',
    apiKey,
    webhookSecret,
    ringMs: [20, 80],
    durationMs: [50, 350],
    outcomes: { COMPLETED: 70, NO_ANSWER: 12, BUSY: 8, VOICEMAIL: 6, FAILED: 4 },
    faults: { throttle: 0.004, reject: 0.01 },
    retryAfterSec: 1,
    webhooks: { twice: 0.1, early: 0.05, shuffled: 0.05 },
  })
  const environment = { USE_SIMULATOR: 'false', PROVIDER_BASE_URL: witness.url, PROVIDER_API_KEY: apiKey, WEBHOOK_SECRET: webhookSecret }
  return { witness, environment, stop: () => witness.close() }
}
