import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../fleet/api.ts'
import type { ProgressBar } from './progress-bar.ts'

const everyMs = 100
const patienceMs = 60_000

interface Figures {
  readonly calls: Readonly<Record<'PENDING' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'EXPIRED' | 'CANCELED', number>>
  readonly slots: { readonly used: number }
}

/** Follows the calls until all have ended, or until none has ended for a minute. */
export async function followCalls(api: Api, total: number, bar: ProgressBar): Promise<void> {
  let ended = 0
  let endedAt = performance.now()
  while (ended < total && performance.now() - endedAt < patienceMs) {
    const { calls, slots } = (await api.send('GET', '/metrics')).body as Figures
    const endedNow = calls.COMPLETED + calls.FAILED + calls.EXPIRED + calls.CANCELED
    if (endedNow > ended) endedAt = performance.now()
    ended = endedNow
    bar.draw(ended, total, `calls have ended, ${slots.used} are live`)
    await sleep(everyMs)
  }
  bar.clear()
}
