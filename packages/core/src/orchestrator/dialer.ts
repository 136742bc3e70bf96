import type { Fact } from '../domain/facts.ts'
import { maxStrikes } from '../domain/gate.ts'
import type { Provider } from '../ports/provider.ts'
import type { ClaimedAttempt } from '../ports/turn.ts'
import { askHost } from './before-dial.ts'
import { reached } from './crash-points.ts'
import { type Engine, providerOf, report } from './engine.ts'
import { factFromPlace } from './event-fact.ts'
import { placeOnce } from './place.ts'

/** Dials that one process has under way at most: each waits for an answer that may take ten seconds. */
const maxDials = 500

/** Takes what was claimed to the provider, one request each, and hands what came of it to the pump. */
export class Dialer {
  readonly #engine: Engine
  readonly #dials = new Set<Promise<void>>()
  readonly #requests = new Set<Promise<Fact>>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Dials that may be begun now. */
  get room(): number {
    return maxDials - this.#dials.size
  }

  /** `claimedMs`: monotonic time from before the claim was sent, so that the send deadline is never counted too generously. */
  begin(claimed: ClaimedAttempt, claimedMs: number): void {
    const { sendBy, startedAt } = claimed.attempt
    const sendByMs = claimedMs + sendBy.getTime() - startedAt.getTime()
    const dial = this.#dial(claimed, sendByMs)
      .catch((error: unknown) => report(this.#engine, error))
      .finally(() => this.#dials.delete(dial))
    this.#dials.add(dial)
  }

  /** Resolves when no request is under way: what came of each waits to be written. */
  async answered(): Promise<void> {
    await Promise.all(this.#requests)
  }

  /** Resolves when no dial is under way, and all is written. */
  async idle(): Promise<void> {
    await Promise.all(this.#dials)
  }

  async #dial(claimed: ClaimedAttempt, sendByMs: number): Promise<void> {
    const request = this.#request(claimed, sendByMs).finally(() => this.#requests.delete(request))
    this.#requests.add(request)
    const fact = await request
    await reached('response-received')
    await this.#engine.pump.submit(claimed.attempt.attemptId, fact, claimed)
    await reached('recorded')
  }

  async #request(claimed: ClaimedAttempt, sendByMs: number): Promise<Fact> {
    return (await askHost(this.#engine, claimed, sendByMs)) ?? (await this.#place(claimed, sendByMs))
  }

  async #place(claimed: ClaimedAttempt, sendByMs: number): Promise<Fact> {
    const engine = this.#engine
    const provider = providerOf(engine, claimed)
    if (provider === undefined) return notSent('This process does not have its provider.', 1_000)
    await reached('before-place')
    // The last look at the clock and the request are one synchronous step.
    if (engine.halted.signal.aborted) return notSent('The process was stopping.', 0)
    if (engine.clock.monotonicMs() >= sendByMs) return notSent('It was too late to send.', 0)
    const placed = placeOnce(engine, provider, claimed.attempt, (late) => this.#adopt(claimed, late))
    await reached('request-sent')
    return this.#rejectRepeated(claimed, factFromPlace(await placed), provider)
  }

  /** A yes that came after we had stopped waiting is still a yes; a no says nothing any more, since the attempt may have been sent again. */
  #adopt(claimed: ClaimedAttempt, fact: Fact): void {
    if (fact.kind !== 'accepted' && fact.kind !== 'ended') return
    this.#engine.pump.submit(claimed.attempt.attemptId, fact).catch((error: unknown) => report(this.#engine, error))
  }

  /** What is refused again and again while others under the same gate are accepted is refused for its own sake. */
  #rejectRepeated(claimed: ClaimedAttempt, fact: Fact, provider: Provider): Fact {
    if (fact.kind !== 'refused' || (fact.refusal.kind !== 'blocked' && fact.refusal.kind !== 'not-placed')) return fact
    if (claimed.strikes + 1 < maxStrikes) return fact
    const message = `Refused ${maxStrikes} times while ${provider.name} accepted others: ${fact.refusal.message}`
    return { ...fact, refusal: { kind: 'rejected', code: fact.refusal.code, message } }
  }
}

function notSent(message: string, retryInMs: number): Fact {
  return { kind: 'not-sent', message, retryInMs }
}
