import type { Call } from '../../domain/call.ts'
import { CallNotFoundError } from '../../errors.ts'
import type { Engine } from '../engine.ts'
import { requireCallId } from './read.ts'

const firstDelayMs = 50
const longestDelayMs = 1_000
const ends = ['call.completed', 'call.failed', 'call.expired', 'call.canceled'] as const

/** Resolves with the call once it has ended: at once where this process settled it, else within a second. Throws CALL_NOT_FOUND, or the signal's reason. */
export async function waitFor(engine: Engine, callId: string, signal?: AbortSignal): Promise<Call> {
  requireCallId(callId)
  await engine.open()
  let delayMs = firstDelayMs
  while (true) {
    signal?.throwIfAborted()
    const call = await engine.store.findCall({ callId })
    if (call === null) throw new CallNotFoundError(callId)
    if (call.status !== 'PENDING' && call.status !== 'IN_PROGRESS') return call
    await endOrDelay(engine, callId, delayMs, signal)
    delayMs = Math.min(longestDelayMs, delayMs * 2)
  }
}

/** Resolves when this process ends the call, time is up, or the signal aborts. The timer keeps the process alive: somebody waits. */
function endOrDelay(engine: Engine, callId: string, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timeout)
      for (const type of ends) engine.emitter.off(type, hear)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const hear = (event: { readonly call: Call }) => {
      if (event.call.id === callId) done()
    }
    const timeout = setTimeout(done, delayMs)
    for (const type of ends) engine.emitter.on(type, hear)
    signal?.addEventListener('abort', done, { once: true })
  })
}
