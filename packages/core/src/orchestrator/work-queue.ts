import { IntakeFullError } from '../errors.ts'
import type { EventWork, FactWork, QueuedWork, WorkResult } from './work.ts'

/** Events that may wait for their commit; more are refused, so that a sender hears of it in time. */
const maxEvents = 1_000
/** What one turn takes. */
const maxBatch = 500

/** Work that waits for the next turn, in the order in which it came. */
export class WorkQueue {
  #waiting: QueuedWork[] = []
  #events = 0

  get length(): number {
    return this.#waiting.length
  }

  /** Resolves once the work is durable, or known to change nothing. */
  add(work: FactWork | EventWork): Promise<WorkResult> {
    if (work.kind === 'event' && this.#events >= maxEvents) return Promise.reject(new IntakeFullError(this.#events))
    return new Promise((resolve, reject) => {
      this.#push({ work, misses: 0, uncertain: null, settle: resolve, fail: reject })
    })
  }

  /** Takes all there is. */
  takeAll(): readonly QueuedWork[] {
    this.#events = 0
    return this.#waiting.splice(0)
  }

  /** Takes what the next turn may carry. */
  take(): readonly QueuedWork[] {
    const batch = this.#waiting.splice(0, maxBatch)
    this.#events -= batch.filter(isEvent).length
    return batch
  }

  /** Gives work back, before all that came since. */
  putBack(batch: readonly QueuedWork[]): void {
    this.#waiting = [...batch, ...this.#waiting]
    this.#events += batch.filter(isEvent).length
  }

  #push(queued: QueuedWork): void {
    this.#waiting.push(queued)
    if (isEvent(queued)) this.#events += 1
  }
}

/** The same work, to be decided again on the record as it is by then; a write that may have been made all the same goes along. */
export function again({ work, ...rest }: QueuedWork): QueuedWork {
  return { ...rest, work: work.kind === 'fact' ? { ...work, record: null } : work }
}

function isEvent({ work }: QueuedWork): boolean {
  return work.kind === 'event'
}
