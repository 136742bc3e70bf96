import type { Attempt, DialRequest } from '../domain/attempt.ts'
import type { Fact } from '../domain/facts.ts'
import { withDeadline } from '../ports/deadline.ts'
import type { PlaceResult, Provider, ProviderContext } from '../ports/provider.ts'
import { cleanPlaceResult, cleanText, maxMessageLength } from './clean-words.ts'
import type { Engine } from './engine.ts'
import { factFromPlace } from './event-fact.ts'
import { providerContext } from './provider-context.ts'

/**
 * Sends the one request that can ring, and waits for its answer until the place timeout, or the end of the grace of `stop`. What does not come in time, and whatever is thrown, is `unknown`: the phone may
 * ring. An answer that comes later still is handed to `onLate`.
 */
export function placeOnce(engine: Engine, provider: Provider, attempt: Attempt, onLate: (fact: Fact) => void): Promise<PlaceResult> {
  return withDeadline(engine.settings.placeTimeoutMs(provider), engine.cutOff.signal, async (signal) => {
    const answer = ask(provider, dialRequest(attempt), providerContext(engine, provider, attempt, signal))
    const result = await Promise.race([answer, silenceOf(signal)])
    if (signal.aborted) void answer.then((late) => onLate(factFromPlace(late)))
    return result
  })
}

/** Whatever goes wrong within a provider, the request may have left. */
async function ask(provider: Provider, request: DialRequest, context: ProviderContext): Promise<PlaceResult> {
  try {
    return cleanPlaceResult(await provider.place(request, context))
  } catch (error) {
    return { kind: 'unknown', message: cleanText(error instanceof Error ? error.message : String(error), maxMessageLength) }
  }
}

/** What the provider gets to see of an attempt. */
export function dialRequest(attempt: Attempt): DialRequest {
  const { attemptId, callId, attemptNumber, to, from, scriptId, variables, metadata, providerOptions, tenant } = attempt
  return { attemptId, callId, attemptNumber, to, from, scriptId, variables, metadata, providerOptions, tenant }
}

function silenceOf(signal: AbortSignal): Promise<PlaceResult> {
  return new Promise((resolve) => {
    const silent = () => resolve({ kind: 'unknown', message: 'The provider did not answer the dial in time.' })
    if (signal.aborted) silent()
    else signal.addEventListener('abort', silent, { once: true })
  })
}
