const firstDelayMs = 50
const longestDelayMs = 5_000

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
    if (this.#failures === 1) this.#report(error)
    return Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#failures - 1))
  }

  over(): void {
    this.#failures = 0
  }
}
