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

  /** Notes what the database said. */
  hear(now: Date): void {
    const differenceMs = this.#heard === null ? 0 : now.getTime() - this.now().getTime()
    const atMs = this.#clock.monotonicMs()
    this.#heard = { now, atMs }
    if (Math.abs(differenceMs) <= jumpMs) return
    this.#settledAtMs = atMs + Math.min(Math.abs(differenceMs), this.#maxWaitMs)
    this.#onJump(differenceMs)
  }
}
