import { pauseScope } from '../../domain/gate.ts'
import { capacitySchema } from '../../domain/input-control.ts'
import { parseInput } from '../../domain/input-problems.ts'
import { GateNotFoundError } from '../../errors.ts'
import { announce, type Engine } from '../engine.ts'

/** Sets the operator's cap, or takes it back. Throws VALIDATION_FAILED. */
export async function setConcurrency(engine: Engine, capacity: unknown): Promise<void> {
  const override = parseInput(capacitySchema, capacity, 'capacity')
  await engine.open()
  await engine.store.writeControl({ override })
  engine.pump.wake()
}

/** Closes the gate over everything. */
export async function pause(engine: Engine): Promise<void> {
  await engine.open()
  const before = await engine.store.readControl()
  const { control } = await engine.store.writeControl({ paused: true })
  const gate = control.gates.find(({ scope }) => scope === pauseScope)
  const wasPaused = before.gates.some(({ scope }) => scope === pauseScope)
  if (gate !== undefined && !wasPaused) announce(engine, { type: 'gate.closed', gate })
}

/** Opens the gate over everything; no pause is no error. */
export async function resume(engine: Engine): Promise<void> {
  await engine.open()
  const before = await engine.store.readControl()
  await engine.store.writeControl({ paused: false })
  const gate = before.gates.find(({ scope }) => scope === pauseScope)
  if (gate !== undefined) announce(engine, { type: 'gate.opened', gate })
  engine.pump.wake()
}

/** Opens one gate by hand. Throws GATE_NOT_FOUND. */
export async function release(engine: Engine, gateId: string): Promise<void> {
  await engine.open()
  const before = await engine.store.readControl()
  const { released } = await engine.store.writeControl({ releaseGate: gateId })
  if (!released) throw new GateNotFoundError(gateId)
  const gate = before.gates.find(({ id }) => id === gateId)
  if (gate !== undefined) announce(engine, { type: 'gate.opened', gate })
  engine.pump.wake()
}
