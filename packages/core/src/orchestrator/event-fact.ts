import type { AttemptDetails } from '../domain/attempt.ts'
import type { Fact, ProviderIds } from '../domain/facts.ts'
import type { Accepted, AttemptState, PlaceResult, ProviderEvent } from '../ports/provider.ts'

/** What an event says, in the lifecycle's words. */
export function factFromEvent(event: ProviderEvent): Fact {
  const [providerCallId = null, ...aliases] = event.providerCallIds ?? []
  if (event.state.kind === 'details') {
    return { kind: 'details', details: event.state.details, outcome: event.state.outcome ?? null }
  }
  return factFromState(event.state, { providerCallId, aliases }, event.at)
}

/** What a look-up or an event says of an attempt, in the lifecycle's words. */
export function factFromState(state: AttemptState, ids: ProviderIds, at: Date | null): Fact {
  if (state.kind === 'refused') return { kind: 'refused', refusal: state.refusal, by: 'event', details: {} }
  const details = state.details ?? {}
  if (state.kind === 'live') return { kind: 'progress', phase: state.phase, details: answered(details, state.phase, at), ...ids }
  return { kind: 'ended', outcome: state.outcome, details: at === null ? details : { endedAt: at, ...details }, ...ids }
}

/** What the answer to a dial says, in the lifecycle's words. */
export function factFromPlace(result: PlaceResult): Fact {
  switch (result.kind) {
    case 'accepted':
      return { kind: 'accepted', ...idsOf(result), providerState: result.providerState ?? {} }
    case 'ended':
      return { kind: 'ended', outcome: result.outcome, details: result.details ?? {}, providerCallId: null, aliases: [] }
    case 'unknown':
      return { kind: 'unanswered', message: result.message }
    case 'rejected':
    case 'not-placed':
    case 'throttled':
    case 'blocked':
      return { kind: 'refused', refusal: result, by: 'dial', details: {} }
  }
}

function idsOf({ providerCallId, aliases = [] }: Accepted): ProviderIds {
  return { providerCallId, aliases }
}

function answered(details: AttemptDetails, phase: string, at: Date | null): AttemptDetails {
  return phase === 'answered' && at !== null ? { answeredAt: at, ...details } : details
}
