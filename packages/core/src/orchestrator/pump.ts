import type { LocatedAttempt } from '../domain/attempt-write.ts'
import type { Fact } from '../domain/facts.ts'
import { frozen } from '../domain/frozen.ts'
import { isEbraError, StoppedError } from '../errors.ts'
import type { EventKey, ParkedEvent, Turn, TurnResult } from '../ports/turn.ts'
import { AbandonedTurns } from './abandoned-turns.ts'
import { claimParams } from './claim-params.ts'
import { concludeAll } from './conclude.ts'
import { reached } from './crash-points.ts'
import { type Decision, decideAll } from './decide.ts'
import { Dialer } from './dialer.ts'
import { announce, type Engine, type PumpInlet, report } from './engine.ts'
import { Outage } from './outage.ts'
import { ParkedLook } from './parked-look.ts'
import { RememberedAttempts } from './remembered-attempts.ts'
import { assembleTurn, isIdle } from './turn-assembly.ts'
import { TurnTimer } from './turn-timer.ts'
import { isCommitUnknown, UncertainTurn } from './uncertain-turn.ts'
import type { EventWork, QueuedWork, WorkResult } from './work.ts'
import { again, WorkQueue } from './work-queue.ts'

/** The slow poll: the floor under every wake-up that can be lost. */
const pollMs = 1_000
/** What others were left of a share is theirs for so long: time enough to hear of it and to come. Then it is taken, so that no slot stays idle for the sake of a process that is gone. */
const courtesyMs = 30
/** So long after an id was recorded the next turn comes at the latest. */
const lookInMs = 20
/** Between two turns of which the first found nothing to claim, whatever it said is due. */
const shortestPauseMs = 5

/**
 * The one loop of a process that writes. Each turn carries what came back from providers and webhooks since the turn before and, once started, claims into the freed slots:
 * one transaction. What a turn could not write stays queued; what it claimed without a clear commit is never dialed, and put back by a later turn.
 */
export class Pump implements PumpInlet {
  readonly #engine: Engine
  readonly #processId: string
  readonly #queue = new WorkQueue()
  readonly #dialer: Dialer
  readonly #timer: TurnTimer
  readonly #outage: Outage
  readonly #abandoned = new AbandonedTurns()
  readonly #unparked: EventKey[] = []
  readonly #parkedLook = new ParkedLook()
  readonly #remembered = new RememberedAttempts()
  #knownGates: ReadonlySet<string> = new Set()
  #turnNumber = 0
  /** Since when slots have been left to others, in monotonic time. */
  #leftSinceMs: number | null = null
  #isStarted = false
  #isClosed = false

  constructor(engine: Engine, processId: string) {
    this.#engine = engine
    this.#processId = processId
    this.#dialer = new Dialer(engine)
    this.#timer = new TurnTimer(() => this.#turn().catch((error: unknown) => this.#survive(error)))
    this.#outage = new Outage((error) => report(engine, error))
  }

  submit(attemptId: string, fact: Fact, record: LocatedAttempt | null = null): Promise<WorkResult> {
    return this.#add({ kind: 'fact', attemptId, fact, record })
  }

  submitEvent(event: Omit<EventWork, 'kind'>): Promise<WorkResult> {
    return this.#add({ kind: 'event', ...event })
  }

  start(): void {
    this.#isStarted = true
    this.wake()
  }

  /** A database that does not answer is not asked more often for being woken. */
  wake(): void {
    if (!this.#outage.isOn) this.#timer.wake()
  }

  async finish(): Promise<void> {
    await this.#dialer.answered()
    do await this.#timer.turnNow()
    while ((this.#hasWork() || this.#parkedLook.isWanted) && !this.#outage.isOn)
    this.#isClosed = true
    this.#timer.stop()
    for (const queued of this.#queue.takeAll()) queued.fail(new StoppedError())
    await this.#dialer.idle()
  }

  /** Looks whether parked events have found their attempt: in a new statement, since whoever wrote the other half may have committed meanwhile. */
  async joinParked(): Promise<void> {
    if (this.#isClosed) return
    this.#remembered.forgetSilent(this.#engine.clock.monotonicMs())
    const joinable = await this.#engine.store.findJoinable({ limit: 100 })
    for (const parked of joinable) this.#join(parked)
  }

  get #isClaiming(): boolean {
    return this.#isStarted && !this.#engine.halted.signal.aborted
  }

  #add(work: Parameters<WorkQueue['add']>[0]): Promise<WorkResult> {
    if (this.#isClosed) return Promise.reject(new StoppedError())
    const result = this.#queue.add(work)
    this.wake()
    return result
  }

  #hasWork(): boolean {
    return this.#queue.length + this.#unparked.length > 0 || this.#abandoned.hasNew
  }

  /** One turn; answers in how many milliseconds the next is due, null for when it is woken. */
  async #turn(): Promise<number | null> {
    if (!this.#isClaiming && !this.#hasWork() && !this.#parkedLook.isWanted) {
      this.#outage.over()
      return null
    }
    const batch = this.#queue.take()
    try {
      await this.#engine.open()
      const nextInMs = await this.#take(batch, this.#isClaiming)
      this.#outage.over()
      return this.#hasWork() ? 0 : nextInMs
    } catch (error) {
      return this.#recover(batch, error)
    }
  }

  /** No defect may end the loop that everything else waits for. */
  #survive(error: unknown): number {
    report(this.#engine, error)
    return pollMs
  }

  /** Decides a batch, writes it, and tells everybody. Throws only where nothing was written, or nobody can say. */
  async #take(batch: readonly QueuedWork[], isClaiming: boolean): Promise<number | null> {
    const engine = this.#engine
    const decisions = await decideAll(engine, this.#remembered, batch)
    const turn = this.#assemble(decisions, isClaiming)
    if (turn.writes.length > 0) await reached('before-settle')
    const sentMs = engine.clock.monotonicMs()
    const result = isIdle(turn) ? null : await this.#write(turn, decisions)
    if (result !== null) await this.#tell(result, turn.writes.length > result.missed.length, sentMs)
    this.#queue.putBack(concludeAll(engine, this.#remembered, decisions, result))
    if (this.#parkedLook.isDueAfter(decisions, result)) await this.joinParked().catch((error: unknown) => report(engine, error))
    const nextInMs = isClaiming ? nextTurnInMs(turn, result) : null
    return this.#parkedLook.isWanted ? Math.min(lookInMs, nextInMs ?? lookInMs) : nextInMs
  }

  #assemble(decisions: readonly Decision[], isClaiming: boolean): Turn {
    return assembleTurn(decisions, {
      by: { processId: this.#processId, number: ++this.#turnNumber },
      abandoned: this.#abandoned.numbers,
      unparked: this.#unparked.splice(0),
      expireDue: isClaiming && this.#engine.time.isSettled(),
      claim: isClaiming ? claimParams(this.#engine, this.#dialer.room, this.#isCourtesyOver()) : null,
      knownGates: this.#knownGates,
      storeDetails: this.#engine.settings.storeDetails,
    })
  }

  #isCourtesyOver(): boolean {
    return this.#leftSinceMs !== null && this.#engine.clock.monotonicMs() - this.#leftSinceMs >= courtesyMs
  }

  async #write(turn: Turn, decisions: readonly Decision[]): Promise<TurnResult> {
    const { clock, store } = this.#engine
    try {
      const result = await store.commitTurn(turn)
      this.#abandoned.carried(clock.monotonicMs())
      return result
    } catch (error) {
      this.#unparked.push(...turn.unparked)
      if (turn.claim !== null) this.#abandoned.add(turn.by.number, clock.monotonicMs())
      throw isCommitUnknown(error) ? new UncertainTurn(error, decisions) : error
    }
  }

  async #tell(result: TurnResult, hasWritten: boolean, sentMs: number): Promise<void> {
    const engine = this.#engine
    engine.time.hear(result.now, sentMs)
    this.#leftSinceMs = result.leftToOthers ? (this.#leftSinceMs ?? sentMs) : null
    this.#knownGates = new Set(result.gates.map(({ scope }) => scope))
    if (hasWritten) await reached('settled')
    if (result.claimed.length > 0) await reached('claimed')
    for (const claimed of result.claimed) this.#remembered.remember(frozen(claimed), sentMs)
    for (const claimed of result.claimed) this.#dialer.begin(claimed, sentMs)
    for (const call of result.expired) announce(engine, { type: 'call.expired', call })
    for (const gate of result.gatesClosed) announce(engine, { type: 'gate.closed', gate })
    for (const gate of result.gatesOpened) announce(engine, { type: 'gate.opened', gate })
  }

  #join({ provider, event }: ParkedEvent): void {
    const joined = this.#add({ kind: 'event', provider, event, urlAttemptId: null, isParked: true })
    joined.then(
      (result) => {
        if (result.kind === 'parked') return
        this.#unparked.push({ provider, eventId: event.eventId })
        this.wake()
      },
      () => undefined,
    )
  }

  /** A database that does not answer is waited for; any other failure is the fault of one piece of work, which then fails alone. */
  async #recover(batch: readonly QueuedWork[], error: unknown): Promise<number> {
    if (error instanceof UncertainTurn) {
      this.#queue.putBack(error.rememberedIn(batch))
      return this.#outage.began(error.cause)
    }
    if (isEbraError(error, 'STORE_UNAVAILABLE') || batch.length === 0) {
      this.#queue.putBack(batch.map(again))
      return this.#outage.began(error)
    }
    await this.#takeApart(batch)
    return 0
  }

  /** Without a claim, and in halves where that fails too: in a few turns the fault stands alone, and the others have hardly waited for it. */
  async #takeApart(batch: readonly QueuedWork[]): Promise<void> {
    try {
      await this.#take(batch.map(lookedUp), false)
      this.#outage.over()
    } catch (error) {
      if (error instanceof UncertainTurn) return this.#queue.putBack(error.rememberedIn(batch))
      if (isEbraError(error, 'STORE_UNAVAILABLE')) return this.#queue.putBack(batch.map(again))
      this.#outage.over()
      if (batch.length === 1) return this.#giveUp(batch, error)
      const middle = Math.ceil(batch.length / 2)
      await this.#takeApart(batch.slice(0, middle))
      await this.#takeApart(batch.slice(middle))
    }
  }

  #giveUp(batch: readonly QueuedWork[], error: unknown): void {
    report(this.#engine, error)
    for (const queued of batch) queued.fail(error)
  }
}

/** The same work, decided on what the store has. */
function lookedUp(queued: QueuedWork): QueuedWork {
  return { ...again(queued), misses: queued.misses + 1 }
}

/** Only a turn that could claim knows what is due; one that found nothing to claim is not repeated at once. */
function nextTurnInMs({ claim }: Turn, result: TurnResult | null): number {
  if (claim === null || result === null) return pollMs
  const { nextDueInMs, leftToOthers, claimed, expired } = result
  const dueInMs = Math.min(pollMs, nextDueInMs ?? pollMs, leftToOthers ? courtesyMs : pollMs)
  return claimed.length + expired.length > 0 ? dueInMs : Math.max(dueInMs, shortestPauseMs)
}
