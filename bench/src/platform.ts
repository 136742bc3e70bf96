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

/**
 * The voice platform of a process under test: takes every call at once, and keeps the times, which are 24 bytes a call.
 * A call lives from `place` to the moment when its end is told, which lies within the slot that it holds.
 */
export class Platform {
  readonly #prefix: string
  readonly #onSettled: () => void
  readonly #placed: number[] = []
  readonly #ended: number[] = []
  readonly #settled: number[] = []
  readonly #untilTold: (() => void)[] = []
  /**
   * How long calls that are placed from now on last, in milliseconds from their dial. None ends before the answer is on record: with 0 they end in that moment. Infinity: they end
   * when `endOldest` says so.
   */
  callMs = 0
  /** Takes webhooks to another process, and resolves when they are answered. Null: whoever placed a call hears of its end himself. */
  tellElsewhere: ((providerCallId: string) => Promise<void>) | null = null

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
    const placedMs = monotonicMs()
    this.#placed.push(placedMs)
    const providerCallId = `${this.#prefix}-${this.#placed.length}`
    const settled = () => {
      this.#settled.push(monotonicMs())
      this.#onSettled()
    }
    const tell = this.tellElsewhere
    return {
      providerCallId,
      settled,
      recorded: (onEnd) => this.#goOn(placedMs, tell === null ? onEnd : () => void tell(providerCallId).then(settled)),
    }
  }

  /** Ends the call that has been live for longest, of those that last until they are told to end. Answers whether there was one. */
  endOldest(): boolean {
    const end = this.#untilTold.shift()
    end?.()
    return end !== undefined
  }

  #goOn(placedMs: number, onEnd: () => void): void {
    const end = () => {
      this.#ended.push(monotonicMs())
      onEnd()
    }
    if (this.callMs === 0) end()
    else if (this.callMs === Number.POSITIVE_INFINITY) this.#untilTold.push(end)
    else setTimeout(end, Math.ceil(this.callMs - (monotonicMs() - placedMs)))
  }
}

/** Milliseconds of the machine's own clock, the same in each of its processes. */
export function monotonicMs(): number {
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
