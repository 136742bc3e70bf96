import { type Engine, report } from './engine.ts'

const joinEveryMs = 5_000
const sweepEveryMs = 60_000
const pruneBatch = 1_000
const dayMs = 86_400_000

/** What one worker does beside dialing: joins parked events, clears what is too old, and warns of slots that wait for the host. */
export class Upkeep {
  readonly #engine: Engine
  #joinedMs = 0
  #sweptMs = 0
  #isPruning = false

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Whether there is more to prune than one round did. */
  get isBehind(): boolean {
    return this.#isPruning
  }

  /** Does what is due, in small steps: nothing of it may hold up a look at a live call. */
  async tidy(): Promise<void> {
    const { clock, pump, time } = this.#engine
    const nowMs = clock.monotonicMs()
    if (nowMs - this.#joinedMs >= joinEveryMs) {
      this.#joinedMs = nowMs
      await pump.joinParked()
    }
    if (!time.isSettled()) return
    if (this.#isPruning) await this.#prune()
    if (nowMs - this.#sweptMs < sweepEveryMs) return
    this.#sweptMs = nowMs
    await this.#sweep()
  }

  async #sweep(): Promise<void> {
    const { store, settings } = this.#engine
    await store.sweep({ parkedForMs: Math.max(dayMs, 2 * settings.staleAfterMs) })
    this.#isPruning = settings.retentionMs !== null
    await this.#warnOfHeld()
  }

  async #prune(): Promise<void> {
    const { store, settings } = this.#engine
    const pruned = await store.prune({ olderThanMs: settings.retentionMs ?? Number.POSITIVE_INFINITY, limit: pruneBatch })
    this.#isPruning = pruned === pruneBatch
  }

  async #warnOfHeld(): Promise<void> {
    const [{ held }, { configured, override }] = await Promise.all([this.#engine.store.readMetrics(), this.#engine.store.readControl()])
    const capacity = override ?? configured ?? 0
    if (held === 0 || held < capacity / 10) return
    report(this.#engine, new Error(`${held} held attempts take slots of ${capacity}. Decide them with resolve(attemptId, …).`))
  }
}
