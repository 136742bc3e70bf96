import type { Clock } from '../ports/clock.ts'

const start = new Date('2030-01-01T00:00:00.000Z')

/** A clock that stands still until a test moves it. Begins at the start of the year 2030, unless told otherwise. */
export class ManualClock implements Clock {
  #instantMs: number
  #monotonicMs = 0

  constructor(instant: Date = start) {
    this.#instantMs = instant.getTime()
  }

  now(): Date {
    return new Date(this.#instantMs)
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  /** Time passes: the instant and the spans move together. */
  advance(ms: number): void {
    if (ms < 0) throw new RangeError(`Time passes forward only; got ${ms} ms. Use jump() to put the clock back.`)
    this.#instantMs += ms
    this.#monotonicMs += ms
  }

  /** The instant alone moves, either way, as it does after a failover or a correction of the system's clock. */
  jump(ms: number): void {
    this.#instantMs += ms
  }
}
