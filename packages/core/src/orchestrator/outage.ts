import { isEbraError } from '../errors.ts'

const firstDelayMs = 20
/** So that what a cut connection left behind is put right within a second of the database's return. */
const longestDelayMs = 800
/** A lock held a moment too long by a neighbour is no outage. */
const reportedFailure = 3

/** A time in which turns fail: told of once, waited out with growing delays. */
export class Outage {
  readonly #report: (error: unknown) => void
  #failures = 0

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  get isOn(): boolean {
    return this.#failures > 0
  }

  /** Notes a failure; answers in how many milliseconds to try again. */
  began(error: unknown): number {
    this.#failures += 1
    if (this.#failures === (isEbraError(error, 'STORE_UNAVAILABLE') ? reportedFailure : 1)) this.#report(error)
    return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(16, this.#failures - 1))
  }

  over(): void {
    this.#failures = 0
  }
}
