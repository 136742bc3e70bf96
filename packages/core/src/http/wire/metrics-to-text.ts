import type { Gate, GateReason } from '../../domain/gate.ts'
import type { Metrics } from '../../orchestrator/surface.ts'
import { capacityOf } from './control-to-json.ts'

/** One family of samples that share a name. A counter's name is written without its `_total`. */
interface Family {
  readonly name: string
  readonly type: 'gauge' | 'counter'
  readonly help: string
  readonly samples: readonly Sample[]
}

/** Null: there is nothing to say now. Labels hold words of ours only: never a number, an id, or what a client sent. */
interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number | null
}

/** The figures in the text format of Prometheus (0.0.4), or of OpenMetrics (1.0.0), which names counters otherwise and says where it ends. */
export function metricsToText(metrics: Metrics, { isOpenMetrics }: { readonly isOpenMetrics: boolean }): string {
  const lines = familiesOf(metrics).flatMap((family) => linesOf(family, isOpenMetrics))
  return `${[...lines, ...(isOpenMetrics ? ['# EOF'] : [])].join('\n')}\n`
}

function familiesOf({ store, control, revived, webhooks }: Metrics): readonly Family[] {
  return [
    gauge('ebra_calls', 'Calls that exist, by status.', byLabel('status', store.calls)),
    counter('ebra_calls_ended', 'Calls that ever ended, by status.', byLabel('status', store.endedTotal)),
    gauge('ebra_slots_used', 'Live attempts: they ring, talk, or may.', one(store.live)),
    gauge('ebra_slots_held', 'Live attempts that wait for a verdict.', one(store.held)),
    gauge('ebra_slots_capacity', 'Live attempts that the fleet may have.', one(capacityOf(control))),
    gauge('ebra_slots_configured', 'The cap of the process that started last.', one(control.configured)),
    gauge('ebra_attempts_unconfirmed', 'Attempts of which nobody can say whether they rang.', one(store.unconfirmed)),
    gauge('ebra_oldest_pending_seconds', 'How long the most overdue call waits.', one(store.oldestPendingSeconds ?? 0)),
    gauge('ebra_gates_closed', 'Closed gates, by reason.', byLabel('reason', countByReason(control.gates))),
    gauge('ebra_parked_webhooks', 'Webhook events that wait for their attempt.', one(store.parkedWebhooks)),
    counter('ebra_parked_webhooks_dropped', 'Parked events that were dropped unread.', one(store.droppedWebhooks)),
    counter('ebra_webhooks_received', 'Webhooks that came to this process.', one(webhooks.received)),
    counter('ebra_webhooks_rejected', 'Webhooks that this process refused.', one(webhooks.rejected)),
    counter('ebra_webhook_events_parked', 'Webhook events that this process parked.', one(webhooks.parked)),
    counter('ebra_attempts_revived', 'Late events of attempts that had been given up, in this process.', one(revived)),
  ]
}

function linesOf({ name, type, help, samples }: Family, isOpenMetrics: boolean): readonly string[] {
  const sampleName = type === 'counter' ? `${name}_total` : name
  const familyName = isOpenMetrics ? name : sampleName
  const known = samples.filter(({ value }) => value !== null)
  if (known.length === 0) return []
  return [
    `# HELP ${familyName} ${help}`,
    `# TYPE ${familyName} ${type}`,
    ...known.map(({ labels = {}, value }) => `${sampleName}${formatLabels(labels)} ${value}`),
  ]
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'gauge', help, samples }
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'counter', help, samples }
}

function one(value: number | null): readonly Sample[] {
  return [{ value }]
}

function byLabel(label: string, values: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))
}

function countByReason(gates: readonly Gate[]): Readonly<Record<GateReason, number>> {
  const counts = { paused: 0, throttled: 0, unreachable: 0, blocked: 0 }
  for (const { reason } of gates) counts[reason] += 1
  return counts
}
