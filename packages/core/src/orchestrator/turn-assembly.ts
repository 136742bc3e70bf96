import { limitDetails, type StoreDetails } from '../domain/details.ts'
import { type GateReport, gateClosing, scopesOf } from '../domain/gate.ts'
import type { ProviderEvent } from '../ports/provider.ts'
import type { ClaimParams, EventKey, Turn } from '../ports/turn.ts'
import type { Decision } from './decide.ts'

/** What a turn carries beside the decisions. */
export interface TurnBaggage {
  readonly by: Turn['by']
  readonly abandoned: readonly number[]
  readonly unparked: readonly EventKey[]
  readonly expireDue: boolean
  readonly claim: ClaimParams | null
  /** Scopes whose gates are closed, or counting: only they care for an `accepted`. */
  readonly knownGates: ReadonlySet<string>
  readonly storeDetails: StoreDetails
}

/** One turn from what was decided. */
export function assembleTurn(decisions: readonly Decision[], baggage: TurnBaggage): Turn {
  const { knownGates, storeDetails, ...rest } = baggage
  return {
    ...rest,
    writes: decisions.flatMap((decision) => (decision.kind === 'write' ? [decision.write] : [])),
    seen: decisions.flatMap((decision) => (decision.kind === 'ignore' && decision.seen !== null ? [decision.seen] : [])),
    parked: decisions.flatMap((decision) => parkedOf(decision, storeDetails)),
    gates: decisions.flatMap((decision) => reportsOf(decision, knownGates)),
  }
}

/** Whether a turn would change nothing. */
export function isIdle(turn: Turn): boolean {
  const lists = [turn.writes, turn.abandoned, turn.seen, turn.parked, turn.unparked, turn.gates]
  return turn.claim === null && !turn.expireDue && lists.every((list) => list.length === 0)
}

/** A parked event keeps what its URL had proved; one that contradicts itself keeps no name at all, since no later look could make it right. */
function parkedOf(decision: Decision, storeDetails: StoreDetails): Turn['parked'] {
  if (decision.kind !== 'park' || decision.event.isParked) return []
  const { provider, event, urlAttemptId } = decision.event
  const { attemptId = urlAttemptId, callId, providerCallIds, ...rest } = event
  const names = {
    ...(attemptId !== null && { attemptId }),
    ...(callId !== undefined && { callId }),
    ...(providerCallIds !== undefined && { providerCallIds }),
  }
  const state = limitedState(rest.state, storeDetails)
  return [{ provider, event: { ...rest, state, ...(decision.reason === 'conflict' ? {} : names) } }]
}

function limitedState(state: ProviderEvent['state'], storeDetails: StoreDetails): ProviderEvent['state'] {
  return 'details' in state && state.details !== undefined ? { ...state, details: limitDetails(state.details, storeDetails) } : state
}

/** Gates hear of what a dial met, and of the first sign of life: a platform may speak by event before it answers. */
function reportsOf(decision: Decision, knownGates: ReadonlySet<string>): readonly GateReport[] {
  if (decision.kind !== 'write') return []
  const { fact, before, write } = decision
  if (fact.kind === 'refused') {
    const closing = write.next.putBack ? gateClosing(before.attempt, fact.refusal) : null
    return closing === null ? [] : [closing]
  }
  const scopes = isFirstSign(decision) ? scopesOf(before.attempt).filter((scope) => knownGates.has(scope)) : []
  return scopes.length === 0 ? [] : [{ kind: 'open', attemptId: before.attempt.attemptId, scopes }]
}

function isFirstSign({ fact, before }: Decision & { kind: 'write' }): boolean {
  const isHeardOf = before.attempt.status === 'PLACING' || before.attempt.status === 'UNCONFIRMED'
  return isHeardOf && (fact.kind === 'accepted' || fact.kind === 'progress' || (fact.kind === 'ended' && fact.outcome !== 'rejected'))
}
