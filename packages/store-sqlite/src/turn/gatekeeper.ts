import { type GatedDial, pauseScope, scopesOf } from '@ebra/core'
import type { Transaction } from '../connection.ts'
import { isClosed, readGates, writeGate } from '../gates.ts'
import { readAttempt } from '../look-up.ts'
import type { GateRow } from '../schema.ts'

/** What a dial is to its gates before it is one. */
type Candidate = Omit<GatedDial, 'attemptId'>

/** Knows which gates are closed during a turn, and lets one call through as the probe of each whose time has come. */
export interface Gatekeeper {
  readonly isPaused: boolean
  /** When gates that are closed for now will let a probe through. */
  readonly openings: readonly number[]
  /** The scope of a gate that lets nothing of a provider through, or of a gate over this very dial; null: it may go. */
  blocks(candidate: Candidate): string | null
  blocksProvider(provider: string): boolean
  /** True while at least a probe may pass. */
  isPassable(scope: string): boolean
  /** True where nothing stands in the way. */
  isOpen(scope: string): boolean
  /** Notes that a call goes through: it is the probe of every closed gate above it. */
  admit(dial: GatedDial): void
}

/** Reads the gates that are closed as a turn begins to claim. */
export function gatekeeper(transaction: Transaction): Gatekeeper {
  const rows = readGates(transaction).filter(isClosed)
  const closed = new Map(rows.map((row) => [row.scope, row]))
  const passable = new Set(rows.filter((row) => mayProbe(transaction, row)).map(({ scope }) => scope))
  const isPassable = (scope: string) => !closed.has(scope) || passable.has(scope)
  return {
    isPaused: closed.has(pauseScope),
    openings: rows.flatMap(({ not_before }) => (not_before !== null && not_before > transaction.now ? [not_before] : [])),
    blocks: (candidate) => scopesOf({ ...candidate, attemptId: '' }).find((scope) => !isPassable(scope)) ?? null,
    blocksProvider: (provider) => !isPassable(`provider:${provider}`),
    isPassable,
    isOpen: (scope) => !closed.has(scope),
    admit(dial) {
      for (const scope of scopesOf(dial)) {
        const row = closed.get(scope)
        if (row !== undefined) writeGate(transaction, { ...row, probe_attempt_id: dial.attemptId })
        passable.delete(scope)
      }
    },
  }
}

/** One probe at a time: the next goes only once the last is known to have been placed, refused, or left in doubt. */
function mayProbe(transaction: Transaction, { not_before, probe_attempt_id }: GateRow): boolean {
  if (not_before === null || not_before > transaction.now) return false
  return probe_attempt_id === null || readAttempt(transaction, probe_attempt_id)?.status !== 'PLACING'
}
