import { setTimeout as pause } from 'node:timers/promises'

/** Asks again and again until there is an answer; the test's own time-out bounds it. */
export async function until<TAnswer>(ask: () => Promise<TAnswer | null | undefined | false>): Promise<TAnswer> {
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer
    await pause(20)
  }
}
