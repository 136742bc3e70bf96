import { setImmediate as nextRound, setTimeout as pause } from 'node:timers/promises'
import type { Dial, Platform } from '../platform.ts'
import type { Worker } from '../system.ts'

/** What a turn writes, and how many calls it may claim. */
export interface TurnInput {
  /** Provider ids of calls that have ended. */
  readonly ended: readonly string[]
  readonly placed: readonly { readonly id: string; readonly providerCallId: string }[]
  readonly wanted: number
}

/** Writes, claims under the cap, and answers with the ids of what it claimed. */
export type Turn = (input: TurnInput) => Promise<readonly string[]>

/** How long a process waits that found no slot free and has no call of its own. */
const idleMs = 5

/** The loop around SQL written by hand: one turn after the other, each with what came back since the one before. `slots` is the most that this process may hold. */
export function runTurns(platform: Platform, slots: number, turn: Turn): Worker {
  const loop = new TurnLoop(platform, slots, turn)
  const running = loop.run()
  return {
    stop: () => {
      loop.isStopping = true
      return running
    },
  }
}

class TurnLoop {
  readonly #platform: Platform
  readonly #slots: number
  readonly #turn: Turn
  #live = 0
  readonly #ended: Dial[] = []
  readonly #placed: { readonly id: string; readonly dial: Dial }[] = []
  isStopping = false

  constructor(platform: Platform, slots: number, turn: Turn) {
    this.#platform = platform
    this.#slots = slots
    this.#turn = turn
  }

  async run(): Promise<void> {
    while (!this.isStopping || this.#live > 0) {
      const ended = this.#ended.splice(0)
      const placed = this.#placed.splice(0)
      const wanted = this.isStopping ? 0 : this.#slots - this.#live + ended.length
      if (ended.length + placed.length + wanted > 0) await this.#take(ended, placed, wanted)
      // A driver that answers at once would else keep timers and messages waiting for ever.
      if (this.#ended.length + this.#placed.length > 0) await nextRound()
      else await pause(idleMs)
    }
  }

  async #take(ended: readonly Dial[], placed: readonly { readonly id: string; readonly dial: Dial }[], wanted: number): Promise<void> {
    const claimed = await this.#turn({
      ended: ended.map(({ providerCallId }) => providerCallId),
      placed: placed.map(({ id, dial }) => ({ id, providerCallId: dial.providerCallId })),
      wanted,
    })
    this.#live += claimed.length - ended.length
    for (const dial of ended) dial.settled()
    for (const { dial } of placed) dial.recorded(() => this.#ended.push(dial))
    for (const id of claimed) this.#placed.push({ id, dial: this.#platform.place() })
  }
}
