import { type Gate, pauseScope } from '@ebra/core'
import type { Transaction } from './connection.ts'
import { gateFromRow } from './rows.ts'
import type { GateRow } from './schema.ts'
import { queries, statement } from './statement.ts'

/** A gate over which nothing was ever said. */
export function untouchedGate(scope: string): Omit<GateRow, 'reason' | 'code' | 'updated_at'> {
  return { scope, in_a_row: 0, level: 0, closed_at: null, not_before: null, accepted_at: null, probe_attempt_id: null }
}

/** Reads one gate; undefined: nothing was said of it lately. */
export function readGate(transaction: Transaction, scope: string): GateRow | undefined {
  return transaction.get(gateByScope, { scope })
}

/** Reads every gate that is closed or counts refusals. */
export function readGates(transaction: Transaction): readonly GateRow[] {
  return transaction.all(gatesInForce, {})
}

/** Writes a gate as it is from now on. */
export function writeGate(transaction: Transaction, gate: Omit<GateRow, 'updated_at'>): void {
  transaction.run(upsertGate, { ...gate, updated_at: transaction.now })
}

/** A gate as it is once it has opened. That others were accepted stays known: it counts for the strikes of a call. */
export function openedGate(gate: GateRow): GateRow {
  return { ...gate, ...untouchedGate(gate.scope), accepted_at: gate.accepted_at }
}

/** The host's own brake, put on. */
export function pausedGate(now: number): Omit<GateRow, 'updated_at'> {
  return { ...untouchedGate(pauseScope), reason: 'paused', code: 'paused', closed_at: now }
}

/** True while nothing, or only a probe, may pass. */
export function isClosed({ closed_at }: GateRow): boolean {
  return closed_at !== null
}

/** Records of gates as they stand now. */
export function gatesFromRows(transaction: Transaction, rows: readonly GateRow[]): readonly Gate[] {
  return rows.map((row) => gateFromRow(row, transaction.now))
}

const gateByScope = statement(({ scope }: { scope: string }) => queries.selectFrom('ebra_gates').selectAll().where('scope', '=', scope))

const gatesInForce = statement(() =>
  queries
    .selectFrom('ebra_gates')
    .selectAll()
    .where((gate) => gate.or([gate('closed_at', 'is not', null), gate('in_a_row', '>', 0)]))
    .orderBy('scope'),
)

const upsertGate = statement((gate: GateRow) =>
  queries.replaceInto('ebra_gates').values({
    scope: gate.scope,
    reason: gate.reason,
    code: gate.code,
    in_a_row: gate.in_a_row,
    level: gate.level,
    closed_at: gate.closed_at,
    not_before: gate.not_before,
    accepted_at: gate.accepted_at,
    probe_attempt_id: gate.probe_attempt_id,
    updated_at: gate.updated_at,
  }),
)
