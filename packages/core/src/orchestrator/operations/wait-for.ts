import type { Call } from '../../domain/call.ts'
import { CallNotFoundError } from '../../errors.ts'
import type { Engine } from '../engine.ts'
import { requireCallId } from './read.ts'

const firstDelayMs = 50
const longestDelayMs = 1_000
const ends = ['call.completed', 'call.failed', 'call.expired', 'call.canceled'] as const

/** Resolves with the call once it has ended, whichever process settled it. Throws CALL_NOT_FOUND, or the signal's reason. */
export async function waitFor(engine: Engine, callId: string, signal?: AbortSignal): Promise<Call> {
  requireCallId(callId)
  await engine.open()
  let delayMs = firstDelayMs
  while (true) {
    signal?.throwIfAborted()
    const call = await engine.store.findCall({ callId })
    if (call === null) throw new CallNotFoundError(callId)
    if (call.status !== 'PENDING' && call.status !== 'IN_PROGRESS') return call
    await nextHint(engine, delayMs, signal)
    delayMs = Math.min(longestDelayMs, delayMs * 2)
  }
}

/** Resolves when something of ours happens, another process hints at news, time is up, or the signal aborts. */
function nextHint(engine: Engine, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timeout)
      stopListening()
      for (const type of ends) engine.emitter.off(type, done)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timeout = setTimeout(done, delayMs)
    const stopListening = engine.store.onWake(done)
    for (const type of ends) engine.emitter.on(type, done)
    signal?.addEventListener('abort', done, { once: true })
  })
}
