import type { Gate } from '../../domain/gate.ts'
import { pauseScope } from '../../domain/gate.ts'
import type { Control } from '../../ports/store.ts'

/** The cap and the gates as the wire shows them. `capacity` is what the fleet obeys: the operator's if there is one, else the configured. */
export function controlToJson(control: Control) {
  return {
    capacity: capacityOf(control),
    configured: control.configured,
    override: control.override,
    dialsPerSecond: control.dialsPerSecond,
    paused: control.gates.some(({ scope }) => scope === pauseScope),
    gates: control.gates.map(gateToJson),
  }
}

/** A gate as the wire shows it. */
export function gateToJson({ id, scope, reason, code, opensInMs }: Gate) {
  return { id, scope, reason, code, opensInMs }
}

/** The cap that the fleet obeys; null before any process was started. */
export function capacityOf({ override, configured }: Control): number | null {
  return override ?? configured
}
