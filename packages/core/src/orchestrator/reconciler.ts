import type { LocatedAttempt } from '../domain/attempt-write.ts'
import { checkAttempt } from './check-attempt.ts'
import { type CheckSchedule, type Engine, report } from './engine.ts'

/** Attempts that one process asks about at the same time. */
const maxChecks = 20
/** Longer than any look-up may take, so that two processes never ask about one attempt at once. */
const leaseMs = 30_000
const pollMs = 2_000
const shortestPauseMs = 50
const joinEveryMs = 5_000
const sweepEveryMs = 60_000
const pruneBatch = 1_000
const dayMs = 86_400_000

/**
 * Looks after what went silent: asks the provider about attempts that are unconfirmed or long unheard of, gives up those of which nobody can ever learn, joins parked events, and
 * clears what is too old.
 */
export class Reconciler implements CheckSchedule {
  readonly #engine: Engine
  readonly #checks = new Set<Promise<void>>()
  #timeout: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()
  #isStopped = true
  /** When the next round begins, in monotonic time. */
  #nextMs = 0
  #joinedMs = 0
  #sweptMs = 0

  constructor(engine: Engine) {
    this.#engine = engine
  }

  start(): void {
    this.#isStopped = false
    this.#schedule(0)
  }

  expect(inMs: number): void {
    if (this.#timeout === null || this.#engine.clock.monotonicMs() + inMs >= this.#nextMs) return
    clearTimeout(this.#timeout)
    this.#schedule(Math.max(inMs, shortestPauseMs))
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#timeout !== null) clearTimeout(this.#timeout)
    await this.#running
    await Promise.all(this.#checks)
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return
    this.#nextMs = this.#engine.clock.monotonicMs() + delayMs
    this.#timeout = setTimeout(() => {
      this.#timeout = null
      this.#running = this.#round()
    }, delayMs)
    this.#timeout.unref()
  }

  async #round(): Promise<void> {
    let nextInMs = pollMs
    try {
      if (this.#engine.time.isSettled()) nextInMs = await this.#beginChecks()
      await this.#tidy()
    } catch {
      // The pump meets the same database and tells of the outage.
      nextInMs = pollMs
    }
    this.#schedule(nextInMs)
  }

  async #beginChecks(): Promise<number> {
    const { store, settings, time } = this.#engine
    const limit = maxChecks - this.#checks.size
    if (limit === 0) return shortestPauseMs
    const { now, due, nextDueInMs } = await store.claimChecks({
      limit,
      leaseMs,
      providers: [...settings.providers.keys()],
      staleAfterMs: settings.staleAfterMs,
    })
    time.hear(now)
    for (const record of due) this.#begin(record)
    if (due.length === limit) return shortestPauseMs
    return Math.min(pollMs, Math.max(shortestPauseMs, nextDueInMs ?? pollMs))
  }

  #begin(record: LocatedAttempt): void {
    const check = checkAttempt(this.#engine, record)
      .catch((error: unknown) => report(this.#engine, error))
      .finally(() => this.#checks.delete(check))
    this.#checks.add(check)
  }

  async #tidy(): Promise<void> {
    const { clock, pump, store, settings } = this.#engine
    const nowMs = clock.monotonicMs()
    if (nowMs - this.#joinedMs >= joinEveryMs) {
      this.#joinedMs = nowMs
      await pump.joinParked()
    }
    if (nowMs - this.#sweptMs < sweepEveryMs) return
    this.#sweptMs = nowMs
    await store.sweep({ parkedForMs: Math.max(dayMs, 2 * settings.staleAfterMs) })
    if (settings.retentionMs !== null) await this.#prune(settings.retentionMs)
    await this.#warnOfHeld()
  }

  async #prune(olderThanMs: number): Promise<void> {
    let pruned = pruneBatch
    while (pruned === pruneBatch && !this.#isStopped) pruned = await this.#engine.store.prune({ olderThanMs, limit: pruneBatch })
  }

  async #warnOfHeld(): Promise<void> {
    const { held } = await this.#engine.store.readMetrics()
    const { configured, override } = await this.#engine.store.readControl()
    const capacity = override ?? configured ?? 0
    if (held === 0 || held < capacity / 10) return
    report(this.#engine, new Error(`${held} held attempts take slots of ${capacity}. Decide them with resolve(attemptId, …).`))
  }
}
