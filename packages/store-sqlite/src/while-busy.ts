import { setTimeout as pause } from 'node:timers/promises'
import { isBusy } from './unavailable.ts'

/** So long an operation waits for a lock that somebody else holds. */
const usualPatienceMs = 5_000
const shortestPauseMs = 2
const longestPauseMs = 50

/**
 * Runs `work` again while the database is locked, without holding up the event loop: whoever holds the lock may need it to let go. Throws the last error when its patience is at an end,
 * by default after five seconds.
 */
export async function whileBusy<T>(work: () => T, patienceMs = usualPatienceMs): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() + pauseMs > deadline) throw error
    }
    await pause(pauseMs)
  }
}
