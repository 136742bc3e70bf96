import { setTimeout as sleep } from 'node:timers/promises'
import { isEbraError, type Logger } from '@ebra/core'

const firstWaitMs = 250
const longestWaitMs = 5_000

/**
 * Tries until it works, however long the database is away. Resolves early where the signal aborts; rejects for what waiting would not mend: settings that are wrong, a schema of
 * another release.
 */
export async function keepTrying(attempt: () => Promise<void>, logger: Logger, signal: AbortSignal): Promise<void> {
  for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    try {
      return await attempt()
    } catch (error) {
      if (signal.aborted) return
      if (isEbraError(error, 'CONFIGURATION_INVALID') || isEbraError(error, 'SCHEMA_INCOMPATIBLE')) throw error
      logger.error(
        { reason: error instanceof Error ? error.message : error, retryInMs: waitMs },
        'The database does not answer. Trying again until it does.',
      )
      await sleep(waitMs, undefined, { signal }).catch(() => undefined)
    }
  }
}
