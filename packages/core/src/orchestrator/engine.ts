import type { CallWithAttempt } from '../domain/attempt.ts'
import type { Rules } from '../domain/rules.ts'
import type { Clock } from '../ports/clock.ts'
import type { Provider } from '../ports/provider.ts'
import type { Store } from '../ports/store.ts'
import type { DatabaseTime } from './database-time.ts'
import type { Emitter } from './emitter.ts'
import { logEvent } from './event-log.ts'
import type { CallEvent } from './events.ts'
import type { Pump } from './pump.ts'
import type { Settings } from './settings.ts'

/** What the parts of one orchestrator share. */
export interface Engine {
  readonly settings: Settings
  readonly store: Store<unknown, unknown>
  readonly emitter: Emitter
  readonly clock: Clock
  readonly time: DatabaseTime
  readonly pump: Pump
  readonly counters: Counters
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Aborts what is still asked of providers when the grace of `stop` is over. */
  readonly cutOff: AbortController
  /** Opens the store on first use. */
  open(): Promise<void>
  /** Under which attempt ids in callback URLs are tagged; known once the store is open. */
  tagKey(): Uint8Array
}

/** What this process has seen of webhooks, and of attempts that came back. */
export interface Counters {
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
    now,
    retry,
    random: engine.random,
    staleAfterMs,
    onLost,
    storeDetails,
    reconcile,
    canAsk: provider !== undefined && canAsk(provider),
  }
}

/** Whether a silent attempt of this provider can be asked about. */
export function canAsk(provider: Provider): boolean {
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
