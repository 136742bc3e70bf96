import type { CallWithAttempt } from '../domain/attempt.ts'
import type { LocatedAttempt } from '../domain/attempt-write.ts'
import type { Fact } from '../domain/facts.ts'
import type { Rules } from '../domain/rules.ts'
import type { Clock } from '../ports/clock.ts'
import type { Provider } from '../ports/provider.ts'
import type { Store } from '../ports/store.ts'
import type { DatabaseTime } from './database-time.ts'
import type { Emitter } from './emitter.ts'
import { logEvent } from './event-log.ts'
import type { CallEvent } from './events.ts'
import type { InsertGroup } from './insert-group.ts'
import type { Settings } from './settings.ts'
import type { EventWork, WorkResult } from './work.ts'

/** The way into the pump, for everything that has something to write. */
export interface PumpInlet {
  /** Writes a fact with the next turn; resolves once it is durable, or known to change nothing. `record`: as it was last read; null: to be read again. */
  submit(attemptId: string, fact: Fact, record?: LocatedAttempt | null): Promise<WorkResult>
  /** Binds and writes an event with the next turn. */
  submitEvent(event: Omit<EventWork, 'kind'>): Promise<WorkResult>
  /** Looks whether parked events have found their attempt. */
  joinParked(): Promise<void>
  /** Something may be due, or a slot free. */
  wake(): void
  /** From now on turns claim, too. */
  start(): void
  /** Lets the requests that are under way come to their end, writes what is left, and closes. Ends even where the database is away. */
  finish(): Promise<void>
}

/** The looks at silent attempts. */
export interface CheckSchedule {
  /** A look is due in so many milliseconds. */
  expect(inMs: number): void
  /** Has an attempt looked at soon, whenever that was due: what the provider told of it could not be taken. */
  askAbout(attemptId: string): void
  start(): void
  /** Resolves when no look is under way. */
  idle(): Promise<void>
}

/** What the parts of one orchestrator share. */
export interface Engine {
  readonly settings: Settings
  readonly store: Store<unknown, unknown>
  readonly emitter: Emitter
  readonly clock: Clock
  readonly time: DatabaseTime
  readonly pump: PumpInlet
  readonly checks: CheckSchedule
  readonly inserts: InsertGroup
  readonly counters: Counters
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Aborts when the orchestrator stops: nothing that can ring is sent any more. */
  readonly halted: AbortController
  /** Aborts what is still asked of providers when the grace of `stop` is over. */
  readonly cutOff: AbortController
  /** Opens the store on first use. Throws STOPPED once the orchestrator was stopped. */
  open(): Promise<void>
  /** Closes the store for good. */
  close(): Promise<void>
  /** Under which attempt ids in callback URLs are tagged; known once the store is open. */
  tagKey(): Uint8Array
}

/** What this process has seen of webhooks, and of attempts that came back. */
interface Counters {
  received: number
  rejected: number
  parked: number
  revived: number
}

/** The provider that dials this attempt; undefined where this process does not have it. */
export function providerOf(engine: Pick<Engine, 'settings'>, { attempt }: CallWithAttempt): Provider | undefined {
  return engine.settings.providers.get(attempt.provider)
}

/** What the lifecycle decides by, for an attempt of this provider. */
export function rulesFor(engine: Engine, provider: Provider | undefined, now: Date): Rules {
  const { retry, staleAfterMs, onLost, storeDetails, reconcile } = engine.settings
  return {
    ...{ now, retry, staleAfterMs, onLost, storeDetails, reconcile },
    random: engine.random,
    canAsk: provider !== undefined && canAsk(provider),
    // Where this process does not know the provider, another that does may repeat.
    isRepeated: provider === undefined || provider.traits.idempotency !== undefined,
    canExpire: engine.time.isSettled(),
  }
}

/** Whether a silent attempt of this provider can be asked about. */
function canAsk(provider: Provider): boolean {
  return provider.get !== undefined || provider.find !== undefined || provider.traits.idempotency !== undefined
}

/** Emits an event, dated in database time, and logs it. */
export function announce(engine: Engine, event: WithoutInstant<CallEvent>): void {
  const dated = { ...event, at: engine.time.now() }
  if (engine.settings.logger !== null) logEvent(engine.settings.logger, dated)
  engine.emitter.emit(dated)
}

/** Reports what went wrong outside any call of the host's own. */
export function report(engine: Engine, error: unknown): void {
  engine.emitter.report(error, engine.time.now())
}

type WithoutInstant<TEvent> = TEvent extends unknown ? Omit<TEvent, 'at'> : never
