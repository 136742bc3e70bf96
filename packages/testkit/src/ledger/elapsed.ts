import { setTimeout as sleep } from 'node:timers/promises'

/** Whether so many milliseconds went by before the signal; false as soon as it comes. */
export async function elapsed(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms <= 0 || signal.aborted) return !signal.aborted
  try {
    await sleep(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
