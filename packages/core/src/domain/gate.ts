import type { Refusal } from './refusal.ts'

/** Why a gate is closed. `paused` is the host's own doing and opens only by `resume()`. */
export type GateReason = 'paused' | 'throttled' | 'unreachable' | 'blocked'

/** A fleet-wide brake in the database. Until it opens nothing under its scope is claimed; then one call is, and an `accepted` opens it. */
export interface Gate {
  /** The scope itself. */
  readonly id: string
  /** `*`, `provider:retell`, `script:retell:welcome` or `from:+12025550100`. */
  readonly scope: string
  readonly reason: GateReason
  readonly code: string
  /** Milliseconds until a call may try it; null for a pause, 0 while it waits for a probe's answer. */
  readonly opensInMs: number | null
}

/** What a refusal tells a gate. Spans, never instants: the clock is the store's. */
export interface GateClosing {
  readonly kind: 'close'
  /** The attempt that met the refusal. */
  readonly attemptId: string
  readonly scope: string
  readonly reason: Exclude<GateReason, 'paused'>
  readonly code: string
  /** What the platform asked for, already bounded; null lets the gate double from `minMs` to `maxMs`. */
  readonly retryAfterMs: number | null
  readonly minMs: number
  readonly maxMs: number
  /** So many refusals in a row close it; an `accepted` starts the count again. */
  readonly closesAfter: number
}

/** What an accepted dial tells the gates above it. */
export interface GateOpening {
  readonly kind: 'open'
  readonly attemptId: string
  readonly scopes: readonly string[]
}

/** A message from a dial to the gates of the fleet. */
export type GateReport = GateClosing | GateOpening

/** The dial that a gate hears of. */
export interface GatedDial {
  readonly attemptId: string
  readonly provider: string
  readonly scriptId: string
  readonly from: string | null
}

/** The gate that `pause()` closes and `resume()` opens. */
export const pauseScope = '*'

/** A call that is refused this often, while others under the same gate are accepted, is rejected: it is the call after all. */
export const maxStrikes = 5

const fifteenMinutesMs = 900_000

const policies = {
  throttled: { minMs: 1_000, maxMs: 60_000, closesAfter: 1 },
  unreachable: { minMs: 1_000, maxMs: 60_000, closesAfter: 5 },
  blocked: { minMs: 30_000, maxMs: 600_000, closesAfter: 1 },
} as const satisfies Record<Exclude<GateReason, 'paused'>, object>

/** Every gate that stands over a dial, the pause left out. */
export function scopesOf(dial: GatedDial): readonly string[] {
  const scopes = [`provider:${dial.provider}`, `script:${dial.provider}:${dial.scriptId}`]
  return dial.from === null ? scopes : [...scopes, `from:${dial.from}`]
}

/** What a refusal means for the fleet; null for `rejected`, which speaks of one call only. */
export function gateClosing(dial: GatedDial, refusal: Refusal): GateClosing | null {
  if (refusal.kind === 'rejected') return null
  const reason = refusal.kind === 'not-placed' ? 'unreachable' : refusal.kind
  return {
    kind: 'close',
    attemptId: dial.attemptId,
    scope: scopeOf(dial, refusal),
    reason,
    code: refusal.code,
    retryAfterMs: refusal.retryAfterMs === undefined ? null : Math.min(refusal.retryAfterMs, fifteenMinutesMs),
    ...policies[reason],
  }
}

function scopeOf(dial: GatedDial, refusal: Refusal): string {
  const scope = refusal.kind === 'blocked' ? refusal.scope : 'provider'
  if (scope === 'script') return `script:${dial.provider}:${dial.scriptId}`
  if (scope === 'from' && dial.from !== null) return `from:${dial.from}`
  return `provider:${dial.provider}`
}
