import type { GateClosing, GateOpening, GateReport } from '@ebra/core'
import type { Transaction } from '../connection.ts'
import { isClosed, openedGate, readGate, untouchedGate, writeGate } from '../gates.ts'
import { readAttempt } from '../look-up.ts'
import { instantAfter } from '../rows.ts'
import type { GateRow } from '../schema.ts'
import { strike } from './strikes.ts'

/** What reports changed. */
export interface GateChanges {
  readonly closed: readonly GateRow[]
  readonly opened: readonly GateRow[]
}

/** Tells gates what dials met, in the order given. */
export function reportToGates(transaction: Transaction, reports: readonly GateReport[]): GateChanges {
  const closed: GateRow[] = []
  const opened: GateRow[] = []
  for (const report of reports) {
    if (report.kind === 'close') closed.push(...refuse(transaction, report))
    else opened.push(...accept(transaction, report))
  }
  return { closed, opened }
}

/** Counts a refusal, and closes the gate where it is one too many. Returns the gate if it was open before. */
function refuse(transaction: Transaction, report: GateClosing): readonly GateRow[] {
  const before = readGate(transaction, report.scope)
  const gate = afterRefusal(before, report, transaction.now, claimedAt(transaction, report.attemptId))
  writeGate(transaction, gate)
  strike(transaction, report, gate)
  const wasClosed = before !== undefined && isClosed(before)
  return isClosed(gate) && !wasClosed ? [gate] : []
}

function afterRefusal(before: GateRow | undefined, report: GateClosing, now: number, claimedAt: number | null): GateRow {
  const gate = before ?? { ...untouchedGate(report.scope), reason: report.reason, code: report.code, updated_at: now }
  const counted = { ...gate, in_a_row: gate.in_a_row + 1 }
  if (isClosed(gate) && !isNews(gate, report, claimedAt))
    return { ...counted, not_before: laterOf(gate.not_before, now, report.retryAfterMs) }
  const named = { ...counted, reason: report.reason, code: report.code }
  if (!isClosed(gate) && counted.in_a_row < report.closesAfter) return named
  const waitMs = report.retryAfterMs ?? Math.min(report.maxMs, report.minMs * 2 ** gate.level)
  return { ...named, level: gate.level + 1, closed_at: now, not_before: instantAfter(now, waitMs), probe_attempt_id: null }
}

/** A refusal of a dial that was claimed before the gate closed is an echo of what closed it: of a burst only the first counts. */
function isNews(gate: GateRow, { attemptId }: GateClosing, claimedAt: number | null): boolean {
  if (gate.probe_attempt_id === attemptId) return true
  return claimedAt !== null && gate.closed_at !== null && claimedAt > gate.closed_at
}

/** The platform may ask for a longer wait; it never shortens one. */
function laterOf(notBefore: number | null, now: number, retryAfterMs: number | null): number | null {
  return notBefore === null || retryAfterMs === null ? notBefore : Math.max(notBefore, instantAfter(now, retryAfterMs))
}

/** Notes an accepted dial at each gate above it. Returns the gates that it opened. */
function accept(transaction: Transaction, { attemptId, scopes }: GateOpening): readonly GateRow[] {
  return scopes.flatMap((scope) => {
    const before = readGate(transaction, scope)
    if (before === undefined) return []
    const gate = { ...before, in_a_row: 0, accepted_at: transaction.now }
    const opens = isClosed(gate) && provesOpen(gate, attemptId, claimedAt(transaction, attemptId))
    const after = opens ? openedGate(gate) : gate
    writeGate(transaction, after)
    return opens ? [after] : []
  })
}

/** A dial that left before the gate closed says nothing of what came after. */
function provesOpen({ probe_attempt_id, not_before }: GateRow, attemptId: string, claimedAt: number | null): boolean {
  if (probe_attempt_id === attemptId) return true
  return claimedAt !== null && not_before !== null && claimedAt >= not_before
}

function claimedAt(transaction: Transaction, attemptId: string): number | null {
  return readAttempt(transaction, attemptId)?.started_at ?? null
}
