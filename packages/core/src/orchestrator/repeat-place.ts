import type { Attempt } from '../domain/attempt.ts'
import type { Fact } from '../domain/facts.ts'
import type { Provider } from '../ports/provider.ts'
import type { Engine } from './engine.ts'
import { factFromPlace } from './event-fact.ts'
import { placeOnce } from './place.ts'

/** Between the last moment at which a repeat may be sent and the end of the provider's window, beside the place timeout. */
const marginMs = 5_000

/**
 * Sends an unconfirmed dial again under the same key, only where the provider promises to recognise it and only while that promise surely holds when the request arrives. A yes binds the
 * attempt; a no says nothing of the first request, and is dropped.
 */
export async function repeatPlace(engine: Engine, provider: Provider, attempt: Attempt): Promise<Fact | null> {
  if (provider.traits.idempotency === undefined) return null
  if (!isWithinWindow(engine, provider, attempt, provider.traits.idempotency.windowMs)) return null
  const result = await placeOnce(engine, provider, attempt, () => undefined)
  const fact = factFromPlace(result)
  return fact.kind === 'accepted' || fact.kind === 'ended' ? fact : null
}

function isWithinWindow(engine: Engine, provider: Provider, attempt: Attempt, windowMs: number): boolean {
  const lastSendMs = attempt.startedAt.getTime() + windowMs - engine.settings.placeTimeoutMs(provider) - marginMs
  return engine.time.now().getTime() < lastSendMs
}
