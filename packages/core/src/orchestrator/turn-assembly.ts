import type { GateReport } from '../domain/gate.ts'
import { gateClosing, scopesOf } from '../domain/gate.ts'
import type { ClaimParams, EventKey, Turn } from '../ports/store.ts'
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
}

/** One turn from what was decided. */
export function assembleTurn(decisions: readonly Decision[], baggage: TurnBaggage): Turn {
  const { knownGates, ...rest } = baggage
  return {
    ...rest,
    writes: decisions.flatMap((decision) => (decision.kind === 'write' ? [decision.write] : [])),
    seen: decisions.flatMap((decision) => (decision.kind === 'ignore' && decision.seen !== null ? [decision.seen] : [])),
    parked: decisions.flatMap(parkedOf),
    gates: decisions.flatMap((decision) => reportsOf(decision, knownGates)),
  }
}

/** Whether a turn would change nothing. */
export function isIdle(turn: Turn): boolean {
  const lists = [turn.writes, turn.abandoned, turn.seen, turn.parked, turn.unparked, turn.gates]
  return turn.claim === null && !turn.expireDue && lists.every((list) => list.length === 0)
}

function parkedOf(decision: Decision): Turn['parked'] {
  if (decision.kind !== 'park' || decision.event.isParked) return []
  return [{ provider: decision.event.provider, event: decision.event.event }]
}

function reportsOf(decision: Decision, knownGates: ReadonlySet<string>): readonly GateReport[] {
  if (decision.kind !== 'write') return []
  const { fact, before } = decision
  const dial = before.attempt
  if (fact.kind === 'refused') {
    const closing = gateClosing(dial, fact.refusal)
    return closing === null ? [] : [closing]
  }
  if (fact.kind !== 'accepted') return []
  const scopes = scopesOf(dial).filter((scope) => knownGates.has(scope))
  return scopes.length === 0 ? [] : [{ kind: 'open', attemptId: dial.attemptId, scopes }]
}
