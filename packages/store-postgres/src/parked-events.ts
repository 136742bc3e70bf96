import { detailsFromJson, isUuid, type Json, type ParkedEvent, type ProviderEvent, parseAttemptId } from '@ebra/core'
import type { PostgresContext } from './context.ts'

/** Reads parked events that name an attempt which exists by now, oldest first. They then give way to others for five seconds. */
export async function findJoinable(context: PostgresContext, { limit }: { readonly limit: number }): Promise<readonly ParkedEvent[]> {
  const found = await context.call<readonly { provider: string; event: EventJson }[]>('find_joinable', limit)
  return found.map(({ provider, event }) => ({ provider, event: eventFromJson(event) }))
}

/** A parked event as the schema's functions take it. `position` orders those of one turn. */
export function parkedEventToRecord({ provider, event }: ParkedEvent, position: number): object {
  const { eventId, attemptId, callId, providerCallIds = [] } = event
  const attempt = attemptId === undefined ? null : parseAttemptId(attemptId)
  return {
    provider,
    event_id: eventId,
    event,
    attempt_call_id: attempt?.callId ?? null,
    attempt_number: attempt?.number ?? null,
    call_id: callId !== undefined && isUuid(callId) ? callId : null,
    provider_call_ids: providerCallIds,
    position,
  }
}

/** An event as JSON: instants are text, wherever it has them. */
type EventJson = Omit<ProviderEvent, 'at' | 'state'> & { readonly at: string | null; readonly state: StateJson }

type StateJson = ProviderEvent['state'] & { readonly details?: Json }

function eventFromJson({ at, state, ...event }: EventJson): ProviderEvent {
  const details = state.details === undefined ? {} : { details: detailsFromJson(state.details) }
  return { ...event, at: at === null ? null : new Date(at), state: { ...state, ...details } }
}
