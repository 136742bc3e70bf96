/** One call at the platform. */
export interface Dial {
  readonly providerCallId: string
  /** What the platform answered is on record, or the system records nothing of it: the call goes on, and `onEnd` is called when it ends. */
  recorded(onEnd: () => void): void
  /** The end of the call is on record. */
  settled(): void
}

/** When calls were placed, ended and settled, in milliseconds of a clock that all processes of the machine share. In the order of each. */
export interface PlatformLog {
  readonly placed: readonly number[]
  readonly ended: readonly number[]
  readonly settled: readonly number[]
}

/** The voice platform of a process under test: takes every call at once, and keeps the times. A call lives from `place` to the moment when its end is told, which lies within the slot that it holds. */
export class Platform {
  readonly #prefix: string
  readonly #onSettled: () => void
  readonly #placed: number[] = []
  readonly #ended: number[] = []
  readonly #settled: number[] = []
  /** How long calls last from now on, in milliseconds. 0: they end in the moment in which the answer is on record. */
  callMs = 0

  /** `prefix` keeps the ids of several processes apart. */
  constructor(prefix: string, onSettled: () => void) {
    this.#prefix = prefix
    this.#onSettled = onSettled
  }

  get log(): PlatformLog {
    return { placed: this.#placed, ended: this.#ended, settled: this.#settled }
  }

  /** Calls that were placed, and whose end is not on record. */
  get liveCount(): number {
    return this.#placed.length - this.#settled.length
  }

  get settledCount(): number {
    return this.#settled.length
  }

  place(): Dial {
    this.#placed.push(monotonicMs())
    return {
      providerCallId: `${this.#prefix}-${this.#placed.length}`,
      recorded: (onEnd) => this.#goOn(onEnd),
      settled: () => {
        this.#settled.push(monotonicMs())
        this.#onSettled()
      },
    }
  }

  #goOn(onEnd: () => void): void {
    const end = () => {
      this.#ended.push(monotonicMs())
      onEnd()
    }
    if (this.callMs === 0) end()
    else setTimeout(end, this.callMs)
  }
}

/** Milliseconds of the machine's own clock, the same in each of its processes. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** The most calls that were live in one moment, over all processes. */
export function mostLive(logs: readonly PlatformLog[]): number {
  const starts = logs.flatMap(({ placed }) => placed).toSorted((a, b) => a - b)
  const ends = logs.flatMap(({ ended }) => ended).toSorted((a, b) => a - b)
  let over = 0
  let most = 0
  for (const [index, start] of starts.entries()) {
    while (over < ends.length && (ends[over] ?? 0) <= start) over += 1
    most = Math.max(most, index + 1 - over)
  }
  return most
}
