import type { Control, ControlChange } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { type GateRecord, gateFromRecord } from './gates.ts'
import { jsonText } from './json-text.ts'

/** Reads the cap, the pace and the gates that are closed. */
export async function readControl(context: PostgresContext): Promise<Control> {
  return controlFromRecord(await context.ask<ControlRecord>('read_control'))
}

/** Changes the cap, the pace or a gate, under the lock of the cap. */
export async function writeControl(
  context: PostgresContext,
  { configured, override, dialsPerSecond, paused, releaseGate }: ControlChange,
): Promise<{ readonly control: Control; readonly released: boolean }> {
  const change = { configured, override, dials_per_second: dialsPerSecond, paused, release_gate: releaseGate }
  const answer = await context.call<{ control: ControlRecord; released: boolean }>('write_control', jsonText(change))
  context.wake.hint()
  return { control: controlFromRecord(answer.control), released: answer.released }
}

interface ControlRecord {
  readonly configured: number | null
  readonly override: number | null
  readonly dials_per_second: number | null
  readonly gates: readonly GateRecord[] | null
}

function controlFromRecord({ configured, override, dials_per_second, gates }: ControlRecord): Control {
  return { configured, override, dialsPerSecond: dials_per_second, gates: (gates ?? []).map(gateFromRecord) }
}
