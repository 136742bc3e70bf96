import type { transition } from '../../src/domain/transition.ts'
import type { Protocol } from './protocol.ts'
import type { Settings } from './settings.ts'

/** A protocol, what it runs in, and what is asked of it. */
export interface World {
  readonly settings: Settings
  readonly protocol: Protocol
  readonly judged: readonly Property[]
  /** What was decided before: `transition` is pure, and is asked the same again and again. */
  readonly decided: Map<string, ReturnType<typeof transition>>
}

/** What must never be otherwise. */
export type Property =
  | 'a number rings at most once'
  | 'no number rings before the one before it is over, proved absent, or given up by the host'
  | 'no number rings before the one before it is over, or proved absent'
  | 'what may ring holds its slot until its end is known, or the host gave it up'
  | 'a call holds one slot at most'

/** A world in which nothing was decided yet. */
export function worldOf(settings: Settings, protocol: Protocol, judged: readonly Property[]): World {
  return { settings, protocol, judged, decided: new Map() }
}
