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
      if (isEbraError(error, 'CONFIGURATION_INVALID') || isEbraError(error, 'SCHEMA_INCOMPATIBLE')) throw error
      logger.error({ reason: reasonOf(error), retryInMs: waitMs }, 'The database does not answer. Trying again until it does.')
      await sleep(waitMs, undefined, { signal }).catch(() => undefined)
    }
  }
}

/** An error and its causes in one line. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message} (${reasonOf(error.cause)})`
}
