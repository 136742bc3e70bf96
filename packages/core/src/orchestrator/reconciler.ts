import type { LocatedAttempt } from '../domain/attempt-write.ts'
import { isEbraError } from '../errors.ts'
import { checkAttempt } from './check-attempt.ts'
import { type CheckSchedule, type Engine, report } from './engine.ts'
import { Upkeep } from './upkeep.ts'

/** Attempts that one process asks about at the same time. */
const maxChecks = 20
/** Attempts that wait to be asked about out of turn. */
const maxAsked = 1_000
const pollMs = 2_000
const shortestPauseMs = 50
/** Between two steps of a pruning that has more to do: some thousand calls a second, and most of the time for others. */
const pruningPauseMs = 200
const lookUpTimeoutMs = 10_000
/** Beside the longest request that a check may make. */
const leaseMarginMs = 20_000

/** Looks after what went silent: asks the provider about attempts that are unconfirmed or long unheard of, and gives up those of which nobody can ever learn. */
export class Reconciler implements CheckSchedule {
  readonly #engine: Engine
  readonly #upkeep: Upkeep
  readonly #checks = new Set<Promise<void>>()
  readonly #asked = new Set<string>()
  #timeout: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()
  #isStarted = false
  /** When the next round begins, in monotonic time. */
  #nextMs = 0

  constructor(engine: Engine) {
    this.#engine = engine
    this.#upkeep = new Upkeep(engine)
    engine.halted.signal.addEventListener('abort', () => this.#clear())
  }

  start(): void {
    this.#isStarted = true
    this.#schedule(0)
  }

  expect(inMs: number): void {
    if (this.#timeout === null || this.#engine.clock.monotonicMs() + inMs >= this.#nextMs) return
    this.#clear()
    this.#schedule(Math.max(inMs, shortestPauseMs))
  }

  askAbout(attemptId: string): void {
    if (this.#asked.size < maxAsked) this.#asked.add(attemptId)
    this.expect(0)
  }

  async idle(): Promise<void> {
    await this.#running
    await Promise.all(this.#checks)
  }

  #schedule(delayMs: number): void {
    if (!this.#isStarted || this.#engine.halted.signal.aborted) return
    this.#nextMs = this.#engine.clock.monotonicMs() + delayMs
    this.#timeout = setTimeout(() => {
      this.#timeout = null
      this.#running = this.#round()
    }, delayMs)
    this.#timeout.unref()
  }

  #clear(): void {
    if (this.#timeout !== null) clearTimeout(this.#timeout)
    this.#timeout = null
  }

  async #round(): Promise<void> {
    let nextInMs = pollMs
    await this.#surviving(async () => {
      if (this.#engine.time.isSettled()) nextInMs = await this.#beginChecks()
    })
    await this.#surviving(() => this.#upkeep.tidy())
    this.#schedule(this.#upkeep.isBehind ? Math.min(nextInMs, pruningPauseMs) : nextInMs)
  }

  /** The pump meets the same database, and tells of its outages. */
  async #surviving(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      if (!isEbraError(error, 'STORE_UNAVAILABLE')) report(this.#engine, error)
    }
  }

  async #beginChecks(): Promise<number> {
    const { store, settings, time, clock } = this.#engine
    const limit = maxChecks - this.#checks.size
    if (limit === 0) return shortestPauseMs
    const sentMs = clock.monotonicMs()
    const params = { limit, leaseMs: this.#leaseMs, providers: [...settings.providers.keys()], staleAfterMs: settings.staleAfterMs }
    const { now, due, nextDueInMs } = await store.claimChecks(params)
    time.hear(now, sentMs)
    // What seems due by a clock that has just jumped is due again when its lease is over.
    if (!time.isSettled()) return pollMs
    for (const record of [...due, ...(await this.#takeAsked())]) this.#begin(record)
    if (due.length === limit) return shortestPauseMs
    return Math.min(pollMs, Math.max(shortestPauseMs, nextDueInMs ?? pollMs))
  }

  /** Two processes never ask about one attempt at once. */
  get #leaseMs(): number {
    const { providers, placeTimeoutMs } = this.#engine.settings
    return Math.max(lookUpTimeoutMs, ...[...providers.values()].map(placeTimeoutMs)) + leaseMarginMs
  }

  async #takeAsked(): Promise<readonly LocatedAttempt[]> {
    if (this.#asked.size === 0) return []
    const { found } = await this.#engine.store.lookUp({ attemptIds: [...this.#asked] })
    this.#asked.clear()
    return found.filter(({ attempt }) => attempt.status === 'LIVE' || attempt.status === 'UNCONFIRMED')
  }

  #begin(record: LocatedAttempt): void {
    if (this.#engine.halted.signal.aborted) return
    const check = checkAttempt(this.#engine, record)
      .catch((error: unknown) => this.#tell(error))
      .finally(() => this.#checks.delete(check))
    this.#checks.add(check)
  }

  #tell(error: unknown): void {
    if (!isEbraError(error, 'STOPPED')) report(this.#engine, error)
  }
}
