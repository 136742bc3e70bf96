import type { Metrics } from '../../orchestrator/surface.ts'
import { capacityOf, gateToJson } from './control-to-json.ts'

/** The figures as the wire shows them. `calls` are rows that exist; `endedTotal`, `droppedWebhooks`, `revived` and `webhooks` only grow. */
export function metricsToJson({ store, control, revived, webhooks }: Metrics) {
  return {
    calls: store.calls,
    slots: { used: store.live, held: store.held, capacity: capacityOf(control), configured: control.configured },
    unconfirmed: store.unconfirmed,
    parkedWebhooks: store.parkedWebhooks,
    oldestPendingSeconds: store.oldestPendingSeconds,
    gates: control.gates.map(gateToJson),
    endedTotal: store.endedTotal,
    droppedWebhooks: store.droppedWebhooks,
    revived,
    webhooks,
  }
}
