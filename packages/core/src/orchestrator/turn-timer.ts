/**
 * Decides when the pump turns: at once when woken, again when the turn says so. Never two turns at a time; wake-ups that come while one runs are one more turn.
 */
export class TurnTimer {
  readonly #turn: () => Promise<number | null>
  #running: Promise<void> | null = null
  #isWanted = false
  #isStopped = false
  #timeout: NodeJS.Timeout | null = null

  /** `turn` answers in how many milliseconds it wants to be called again; null: when woken. */
  constructor(turn: () => Promise<number | null>) {
    this.#turn = turn
  }

  wake(): void {
    this.#isWanted = true
    if (this.#running !== null || this.#isStopped) return
    this.#clear()
    this.#running = this.#run()
  }

  /** One turn now, after the one that runs. */
  async turnNow(): Promise<void> {
    await this.idle()
    this.wake()
    await this.idle()
  }

  /** Resolves when no turn runs. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running
  }

  stop(): void {
    this.#isStopped = true
    this.#clear()
  }

  async #run(): Promise<void> {
    // What arrives in the same tick of the event loop shares the turn.
    await new Promise((resolve) => setImmediate(resolve))
    let nextInMs: number | null = 0
    while (nextInMs === 0 && !this.#isStopped) {
      this.#isWanted = false
      nextInMs = await this.#turn()
      if (this.#isWanted) nextInMs = 0
    }
    this.#running = null
    this.#sleep(nextInMs)
  }

  #sleep(delayMs: number | null): void {
    if (this.#isStopped || delayMs === null) return
    this.#timeout = setTimeout(() => this.wake(), delayMs)
    this.#timeout.unref()
  }

  #clear(): void {
    if (this.#timeout !== null) clearTimeout(this.#timeout)
    this.#timeout = null
  }
}
