import type { LocatedAttempt } from '../domain/attempt-write.ts'
import { bindEvent, idsOf, keysOf } from './bind-event.ts'
import type { EventWork } from './work.ts'

/** So many attempts are remembered at most; events of older ones are looked up. */
const maxRemembered = 1_000
/** So long an attempt is remembered of which this process hears nothing: another may have ended it, and erased its call. */
const maxSilenceMs = 600_000

/**
 * The live attempts that this process claimed or wrote, as it left them: an event of one of them needs no look-up. Others may have written them since, and another attempt may bear an id
 * that the event names. So what is remembered may lead to a write, whose guards know better, and to nothing else. Only attempts of calls in progress are, as no other change of such a call
 * leaves its attempt's revision as it was.
 */
export class RememberedAttempts {
  readonly #records = new Map<string, Remembered>()
  /** Attempt ids by what providers call them. */
  readonly #names = new Map<string, string>()

  /** Takes a record in place of an older one; one that has ended is forgotten. Frozen, since others are handed it too. */
  remember(record: LocatedAttempt, nowMs: number): void {
    const { attemptId, provider, status } = record.attempt
    this.forget(attemptId)
    this.forgetSilent(nowMs)
    if (status === 'ENDED') return
    this.#records.set(attemptId, { record, sinceMs: nowMs })
    for (const id of idsOf(record)) this.#names.set(nameOf(provider, id), attemptId)
    const [oldest = attemptId] = this.#records.keys()
    if (this.#records.size > maxRemembered) this.forget(oldest)
  }

  forget(attemptId: string): void {
    const record = this.#records.get(attemptId)?.record
    if (record === undefined) return
    this.#records.delete(attemptId)
    for (const id of idsOf(record)) this.#names.delete(nameOf(record.attempt.provider, id))
  }

  /** Forgets what nothing was heard of for long. */
  forgetSilent(nowMs: number): void {
    for (const [attemptId, { sinceMs }] of this.#records) {
      if (nowMs - sinceMs < maxSilenceMs) return
      this.forget(attemptId)
    }
  }

  /** The attempt that an event speaks of; null: the store has to be asked. */
  recall(event: EventWork): LocatedAttempt | null {
    const { attemptIds, providerCallIds } = keysOf(event)
    const named = attemptIds.map((id) => this.#records.get(id)?.record)
    if (named.includes(undefined)) return null
    const called = providerCallIds.map(({ provider, id }) => this.#records.get(this.#names.get(nameOf(provider, id)) ?? '')?.record)
    const binding = bindEvent(
      event,
      [...named, ...called].filter((record) => record !== undefined),
    )
    return binding.kind === 'bound' ? binding.record : null
  }
}

interface Remembered {
  readonly record: LocatedAttempt
  /** Monotonic. */
  readonly sinceMs: number
}

function nameOf(provider: string, id: string): string {
  return `${provider} ${id}`
}
