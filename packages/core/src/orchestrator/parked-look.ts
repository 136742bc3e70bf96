import type { TurnResult } from '../ports/turn.ts'
import type { Decision } from './decide.ts'

/**
 * When to look whether parked events have found their attempt. One transaction may record the id that another parks an event with: neither sees the other, but a statement that comes after
 * both does. Whoever parks looks at once. Whoever records is told by its next turn, and looks where that has nothing to ask the store.
 */
export class ParkedLook {
  #isWanted = false

  /** Whether an id was recorded since the last statement that would have told of its events. */
  get isWanted(): boolean {
    return this.#isWanted
  }

  /** Whether to look now, after a turn that decided this, with this result; null: it had nothing to write. */
  isDueAfter(decisions: readonly Decision[], result: TurnResult | null): boolean {
    const [wasWanted, hasRecorded] = [this.#isWanted, decisions.some(recordsId)]
    const mayJoin = result === null ? wasWanted : result.mayJoin && (wasWanted || hasRecorded)
    const isDue = mayJoin || decisions.some(parks)
    this.#isWanted = hasRecorded && !isDue
    return isDue
  }
}

function parks(decision: Decision): boolean {
  return decision.kind === 'park' && !decision.event.isParked
}

/** Of a write that was made by an earlier turn nobody has heard yet what it met. */
function recordsId(decision: Decision): boolean {
  if (decision.kind !== 'write' && decision.kind !== 'written') return false
  const { before, write } = decision
  return write.next.providerCallId !== before.attempt.providerCallId || write.next.aliases.length > before.attempt.aliases.length
}
