import type { Control, ControlChange } from '@ebra/core'
import { pauseScope } from '@ebra/core'
import type { Connection, Transaction } from './connection.ts'
import { gatesFromRows, isClosed, openedGate, pausedGate, readGate, readGates, writeGate } from './gates.ts'
import type { ControlRow } from './schema.ts'
import { queries, statement } from './statement.ts'
import { burstOf, tokensAt } from './turn/pace.ts'

/** Reads the cap, the pace and the gates. */
export function readControl(connection: Connection): Control {
  return connection.read(controlNow)
}

/** Changes the cap, the pace or the pause, or opens a gate by hand. */
export function writeControl(connection: Connection, change: ControlChange): { readonly control: Control; readonly released: boolean } {
  return connection.write((transaction) => {
    writeLimits(transaction, change)
    if (change.paused === true) pause(transaction)
    if (change.paused === false) open(transaction, pauseScope)
    const released = change.releaseGate === undefined || open(transaction, change.releaseGate)
    return { control: controlNow(transaction), released }
  })
}

/** Reads the one row of the fleet's limits. */
export function readLimits(transaction: Transaction): ControlRow {
  const row = transaction.get(limits, {})
  if (row === undefined) throw new Error('The row of ebra_control is missing: restore it with `insert into ebra_control (id) values (1)`.')
  return row
}

function controlNow(transaction: Transaction): Control {
  const { configured, override, dials_per_second } = readLimits(transaction)
  const gates = gatesFromRows(transaction, readGates(transaction).filter(isClosed))
  return { configured, override, dialsPerSecond: dials_per_second, gates }
}

function writeLimits(transaction: Transaction, { configured, override, dialsPerSecond }: ControlChange): void {
  const before = readLimits(transaction)
  transaction.run(updateLimits, {
    configured: configured ?? before.configured,
    override: override === undefined ? before.override : override,
  })
  if (dialsPerSecond === undefined || dialsPerSecond === before.dials_per_second) return
  const tokens = dialsPerSecond === null ? 0 : Math.min(burstOf(dialsPerSecond), tokensAt(before, transaction.now))
  transaction.run(updatePace, { dialsPerSecond, tokens, now: transaction.now })
}

function pause(transaction: Transaction): void {
  const gate = readGate(transaction, pauseScope)
  if (gate === undefined || !isClosed(gate)) writeGate(transaction, pausedGate(transaction.now))
}

/** Returns false where no such gate is closed. */
function open(transaction: Transaction, scope: string): boolean {
  const gate = readGate(transaction, scope)
  if (gate === undefined || !isClosed(gate)) return false
  writeGate(transaction, openedGate(gate))
  return true
}

const limits = statement(() => queries.selectFrom('ebra_control').selectAll())

const updateLimits = statement(({ configured, override }: { configured: number | null; override: number | null }) =>
  queries.updateTable('ebra_control').set({ configured, override }),
)

const updatePace = statement((params: { dialsPerSecond: number | null; tokens: number; now: number }) =>
  queries.updateTable('ebra_control').set({ dials_per_second: params.dialsPerSecond, tokens: params.tokens, refilled_at: params.now }),
)
