import type { CallOrchestrator } from '@ebra/core'

/** Milliseconds by which the clocks of one machine may be rounded apart. */
const roundingMs = 2

interface Reign {
  readonly capacity: number
  /** From when on it may have been in force, in milliseconds since 1970. */
  readonly fromMs: number
  untilMs: number
}

/** Which capacities were in force when, as far as can be told from outside: while a change is under way both are. */
export class CapacityHistory {
  readonly #office: CallOrchestrator
  readonly #reigns: Reign[] = []

  constructor(office: CallOrchestrator) {
    this.#office = office
  }

  /** Does what puts one of these capacities in force, or leaves the one that is. One change at a time. */
  async during<T>(possible: readonly number[], change: () => Promise<T>): Promise<T> {
    const fromMs = Date.now() - roundingMs
    this.#reigns.push(...possible.map((capacity) => ({ capacity, fromMs, untilMs: Number.POSITIVE_INFINITY })))
    const result = await change()
    const { override, configured } = await this.#office.control()
    const untilMs = Date.now() + roundingMs
    for (const reign of this.#reigns) {
      if (reign.capacity !== (override ?? configured)) reign.untilMs = Math.min(reign.untilMs, untilMs)
    }
    return result
  }

  /** The highest capacity that may have been in force at any time within a span. */
  highestWithin(fromMs: number, untilMs: number): number {
    const reigns = this.#reigns.filter((reign) => reign.fromMs <= untilMs && reign.untilMs >= fromMs)
    return Math.max(...reigns.map(({ capacity }) => capacity))
  }
}
