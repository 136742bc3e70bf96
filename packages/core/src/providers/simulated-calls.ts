import type { DialRequest } from '../domain/attempt.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Now } from './clock.ts'
import { pause } from './pause.ts'
import type { SimulatedDeliveries } from './simulated-deliveries.ts'
import type { SimulatedPlan } from './simulated-plan.ts'
import { type SimulatedStep, timelineOf } from './simulated-timeline.ts'

/** A call in the memory of the simulator. */
export interface SimulatedCall {
  readonly providerCallId: string
  readonly request: DialRequest
  readonly plan: SimulatedPlan
  /** Where its webhooks go. */
  readonly webhookUrl: string
  /** Aborted when the call need not go on. */
  readonly ending: AbortController
  /** What its last webhook said, or would have said. */
  report: JsonObject
  isOver: boolean
}

/** Ended calls that are still known, so that a late question or a repeated dial finds them. */
const maxEnded = 10_000

/** The calls of one simulator: each goes through its timeline and tells of every step. */
export class SimulatedCalls {
  readonly #calls = new Map<string, SimulatedCall>()
  readonly #acknowledged = new Set<string>()
  readonly #deliveries: SimulatedDeliveries
  readonly #now: Now

  constructor(deliveries: SimulatedDeliveries, now: Now) {
    this.#deliveries = deliveries
    this.#now = now
  }

  get(providerCallId: string): SimulatedCall | undefined {
    return this.#calls.get(providerCallId)
  }

  /** A call that is known from now on and has not rung yet. */
  add(call: Pick<SimulatedCall, 'providerCallId' | 'request' | 'plan' | 'webhookUrl'>): SimulatedCall {
    const added = { ...call, ending: new AbortController(), report: reportOf(call, { status: 'QUEUED' }), isOver: false }
    this.#calls.set(call.providerCallId, added)
    return added
  }

  /** Goes through the timeline in its own time. */
  async play(call: SimulatedCall): Promise<void> {
    for (const step of timelineOf(call.plan)) {
      if (!(await pause(step.afterMs, call.ending.signal))) return
      void this.#tell(call, step)
    }
  }

  /** Goes through the timeline at once, each step when the one before was acknowledged. */
  async rush(call: SimulatedCall): Promise<void> {
    for (const step of timelineOf(call.plan)) {
      if (!call.ending.signal.aborted) await this.#tell(call, step)
    }
  }

  hangUp(call: SimulatedCall): void {
    call.ending.abort()
    void this.#tell(call, { status: 'CANCELED', afterMs: 0, isEnd: true })
  }

  close(): void {
    for (const call of this.#calls.values()) call.ending.abort()
    this.#calls.clear()
  }

  async #tell(call: SimulatedCall, { status, isEnd, durationSec }: SimulatedStep): Promise<void> {
    call.isOver = isEnd
    call.report = reportOf(call, {
      status,
      ...(isEnd && { completedAt: this.#now().toISOString() }),
      ...(durationSec !== undefined && { durationSec }),
    })
    const message = { id: `${call.providerCallId}:${status}`, url: call.webhookUrl, body: call.report }
    const copies = { never: 0, once: 1, twice: 2 }[call.plan.webhooks]
    const answers = await Promise.all(Array.from({ length: copies }, () => this.#deliveries.send(message)))
    if (isEnd && answers.includes(true)) this.#forgetOldest(call.providerCallId)
  }

  #forgetOldest(acknowledged: string): void {
    this.#acknowledged.add(acknowledged)
    const [oldest] = this.#acknowledged
    if (oldest === undefined || this.#acknowledged.size <= maxEnded) return
    this.#acknowledged.delete(oldest)
    this.#calls.delete(oldest)
  }
}

/** A report of the generic protocol. */
function reportOf(
  { providerCallId, request }: Pick<SimulatedCall, 'providerCallId' | 'request'>,
  facts: JsonObject & { readonly status: string },
): JsonObject {
  const { attemptId, callId } = request
  return { eventId: `${providerCallId}:${facts.status}`, providerCallId, attemptId, callId, ...facts }
}
