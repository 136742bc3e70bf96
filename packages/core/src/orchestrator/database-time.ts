import type { Clock } from '../ports/clock.ts'

const jumpMs = 60_000

/**
 * Database time as this process last heard it, carried on by the monotonic clock. After a jump of more than a minute (failover, NTP, a frozen machine) nothing may be
 * called silent, stale or expired until the jump has been waited out: every deadline in the database would be wrong by so much.
 */
export class DatabaseTime {
  readonly #clock: Clock
  readonly #maxWaitMs: number
  readonly #onJump: (jumpedMs: number) => void
  #heard: { readonly now: Date; readonly atMs: number } | null = null
  #settledAtMs = 0

  /** `maxWaitMs`: after it every deadline has been lived through anyway. */
  constructor(clock: Clock, maxWaitMs: number, onJump: (jumpedMs: number) => void) {
    this.#clock = clock
    this.#maxWaitMs = maxWaitMs
    this.#onJump = onJump
  }

  /** Database time, as far as is known; the machine's own before the database has said anything. */
  now(): Date {
    if (this.#heard === null) return this.#clock.now()
    return new Date(this.#heard.now.getTime() + this.#clock.monotonicMs() - this.#heard.atMs)
  }

  /** Whether deadlines in the database can be relied on. */
  isSettled(): boolean {
    return this.#clock.monotonicMs() >= this.#settledAtMs
  }

  /**
   * Notes what the database said to a statement that was sent at `sentMs` (monotonic). Counted from before it was sent, so that a process that was frozen while it waited does not take old
   * news for new: deadlines are rather met too early than too late.
   */
  hear(now: Date, sentMs: number): void {
    const tookMs = this.#clock.monotonicMs() - sentMs
    const differenceMs = this.#heard === null ? 0 : now.getTime() - (this.#heard.now.getTime() + sentMs - this.#heard.atMs)
    this.#heard = { now, atMs: sentMs }
    if (differenceMs >= -jumpMs && differenceMs <= jumpMs + tookMs) return
    this.#settledAtMs = this.#clock.monotonicMs() + Math.min(Math.abs(differenceMs), this.#maxWaitMs)
    this.#onJump(differenceMs)
  }
}
