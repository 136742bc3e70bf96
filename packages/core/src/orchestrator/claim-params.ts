import type { ClaimParams } from '../ports/turn.ts'
import type { Engine } from './engine.ts'

/** What one turn claims at most, so that no process takes all the work of a fleet at once. */
const maxClaim = 50

/** What this process may claim now; null when it has no room for further dials. */
export function claimParams({ settings }: Engine, room: number, beyondShare: boolean): ClaimParams | null {
  if (room === 0) return null
  return { limit: Math.min(maxClaim, room), providers: settings.claimProviders, sendWindowMs: settings.sendWindowMs, beyondShare }
}
