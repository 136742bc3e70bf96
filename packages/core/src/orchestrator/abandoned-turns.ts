/** A statement that was cut off may still commit on the server until its own time limit ends it. */
const keptMs = 60_000

/** Turns that claimed, and whose COMMIT was never answered: what they claimed was never dialed, and is put back by whichever later turn finds it. */
export class AbandonedTurns {
  #turns: readonly { readonly number: number; readonly untilMs: number }[] = []
  #hasNew = false

  /** Whether a turn has been abandoned since the last one that was committed. */
  get hasNew(): boolean {
    return this.#hasNew
  }

  /** Their numbers, as the next turn carries them. */
  get numbers(): readonly number[] {
    return this.#turns.map(({ number }) => number)
  }

  add(number: number, nowMs: number): void {
    this.#turns = [...this.#turns, { number, untilMs: nowMs + keptMs }]
    this.#hasNew = true
  }

  /** A turn that carried them was committed. */
  carried(nowMs: number): void {
    this.#hasNew = false
    if (this.#turns.length > 0) this.#turns = this.#turns.filter(({ untilMs }) => untilMs > nowMs)
  }
}
