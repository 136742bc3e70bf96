import type { JsonObject } from '../domain/json.ts'
import { copyJsonObject } from '../domain/json-rules.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Accepted, AttemptState, PlaceResult, ProviderEvent } from '../ports/provider.ts'

/** Sentences are cut there. */
export const maxMessageLength = 1_000
const maxCodeLength = 200
const maxIdLength = 512
const maxStateBytes = 4_096
const longestWaitMs = 86_400_000

/** Text as every database takes it: well formed, without NUL, not longer than `maxLength`. */
export function cleanText(text: unknown, maxLength: number): string {
  return String(text ?? '')
    .slice(0, maxLength)
    .toWellFormed()
    .replaceAll('\0', '')
}

/** What a provider answered, with only what can be stored. Nonsense is `unknown`: the request may have rung a phone. */
export function cleanPlaceResult(result: PlaceResult): PlaceResult {
  switch (result?.kind) {
    case 'accepted':
      return cleanAccepted(result)
    case 'ended':
      return result
    case 'unknown':
      return { kind: 'unknown', message: cleanText(result.message, maxMessageLength) }
    case 'rejected':
    case 'not-placed':
    case 'throttled':
    case 'blocked':
      return cleanRefusal(result)
    default:
      return { kind: 'unknown', message: 'The provider answered nothing that can be understood.' }
  }
}

/** A webhook's event, with only what can be stored. An id that cannot is dropped: it would name nobody. */
export function cleanEvent(event: ProviderEvent): ProviderEvent {
  const { providerCallIds = [], attemptId, callId } = event
  return {
    eventId: cleanText(event.eventId, maxIdLength),
    at: event.at instanceof Date && Number.isFinite(event.at.getTime()) ? event.at : null,
    state: cleanState(event.state),
    providerCallIds: providerCallIds.filter(isId),
    ...(isId(attemptId) && { attemptId }),
    ...(isId(callId) && { callId }),
  }
}

/** A refusal whose words and waiting time can be stored. */
function cleanRefusal(refusal: Refusal): Refusal {
  const words = { code: cleanText(refusal.code, maxCodeLength), message: cleanText(refusal.message, maxMessageLength) }
  if (refusal.kind === 'rejected') return { kind: 'rejected', ...words }
  const { retryAfterMs } = refusal
  const wait = isWait(retryAfterMs) ? { retryAfterMs: Math.min(retryAfterMs, longestWaitMs) } : {}
  return refusal.kind === 'blocked'
    ? { kind: 'blocked', scope: refusal.scope, ...words, ...wait }
    : { kind: refusal.kind, ...words, ...wait }
}

/** Whether a span can be waited: a finite number of milliseconds, not negative. */
export function isWait(ms: unknown): ms is number {
  return typeof ms === 'number' && Number.isFinite(ms) && ms >= 0
}

function cleanAccepted({ providerCallId, aliases = [], providerState = {} }: Accepted): Accepted {
  const state = copyJsonObject(providerState, { maxBytes: maxStateBytes })
  return {
    kind: 'accepted',
    providerCallId: isId(providerCallId) ? providerCallId : null,
    aliases: aliases.filter(isId),
    providerState: state.ok ? state.value : noState,
  }
}

function cleanState(state: ProviderEvent['state']): ProviderEvent['state'] {
  return state.kind === 'refused' ? ({ kind: 'refused', refusal: cleanRefusal(state.refusal) } satisfies AttemptState) : state
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id === cleanText(id, maxIdLength)
}

const noState: JsonObject = Object.freeze({})
