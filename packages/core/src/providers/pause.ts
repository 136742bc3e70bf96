import { setTimeout as wait } from 'node:timers/promises'

/** Waits without keeping the process alive. False when the signal came first. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    return await wait(delayMs, true, { ref: false, signal })
  } catch {
    return false
  }
}
