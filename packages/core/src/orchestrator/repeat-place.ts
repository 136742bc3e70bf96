import type { Attempt } from '../domain/attempt.ts'
import type { Fact } from '../domain/facts.ts'
import { isRepeatable } from '../domain/request-times.ts'
import type { Provider } from '../ports/provider.ts'
import type { Engine } from './engine.ts'
import { factFromPlace } from './event-fact.ts'
import { placeOnce } from './place.ts'

/**
 * Sends an unconfirmed dial again under the same key, only where the provider promises to recognise it and only while that promise surely holds when the request arrives. A yes binds the
 * attempt; a no says nothing of the first request, and is dropped.
 */
export async function repeatPlace(engine: Engine, provider: Provider, attempt: Attempt): Promise<Fact | null> {
  const { idempotency } = provider.traits
  if (idempotency === undefined || engine.halted.signal.aborted) return null
  const promise = { windowMs: idempotency.windowMs, placeTimeoutMs: engine.settings.placeTimeoutMs(provider) }
  // The look at the window and the request are one synchronous step.
  if (!engine.time.isSettled() || !isRepeatable(attempt, engine.time.now(), promise)) return null
  const result = await placeOnce(engine, provider, attempt, () => undefined)
  const fact = factFromPlace(result)
  return fact.kind === 'accepted' || fact.kind === 'ended' ? fact : null
}
