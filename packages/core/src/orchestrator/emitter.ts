import { EventEmitter } from 'eventemitter3'
import type { JsonObject } from '../domain/json.ts'
import type { Logger } from '../ports/logger.ts'
import type { CallEvent, CallEventType } from './events.ts'

type Listener<TMetadata extends object> = (event: CallEvent<TMetadata>) => unknown

/**
 * Hands each event to one listener after the other. A listener that throws, or whose promise is rejected, is heard of by `error` and the logger: never by the pump, never by
 * `unhandledRejection`.
 */
export class Emitter<TMetadata extends object = JsonObject> {
  readonly #listeners = new EventEmitter<Record<CallEventType | '*', [event: CallEvent<TMetadata>]>>()
  readonly #logger: Logger | null
  #hasWarned = false

  constructor(logger: Logger | null) {
    this.#logger = logger
  }

  on(type: CallEventType | '*', listener: (event: never) => unknown): void {
    this.#listeners.on(type, listener as Listener<TMetadata>)
  }

  off(type: CallEventType | '*', listener: (event: never) => unknown): void {
    this.#listeners.off(type, listener as Listener<TMetadata>)
  }

  emit(event: CallEvent<TMetadata>): void {
    Object.freeze(event)
    for (const type of [event.type, '*'] as const) {
      for (const listener of this.#listeners.listeners(type)) this.#hand(event, listener)
    }
  }

  /** Tells the host of something that went wrong outside any call of its own; once by a process warning where nobody listens. */
  report(error: unknown, at: Date): void {
    const reported = error instanceof Error ? error : new Error(String(error))
    this.#logger?.error({ err: reported }, reported.message)
    const isHeard = this.#listeners.listenerCount('error') + this.#listeners.listenerCount('*') > 0
    if (isHeard) this.emit({ type: 'error', at, error: reported })
    else if (this.#logger === null) this.#warnOnce(reported)
  }

  #hand(event: CallEvent<TMetadata>, listener: Listener<TMetadata>): void {
    try {
      const returned = listener(event)
      if (isThenable(returned)) returned.then(undefined, (error: unknown) => this.#fail(event, error))
    } catch (error) {
      this.#fail(event, error)
    }
  }

  #fail(event: CallEvent<TMetadata>, error: unknown): void {
    // A listener of `error` that fails must not be told of its own failure again and again.
    if (event.type === 'error') this.#log(error, 'A listener of the event "error" failed.')
    else this.report(error, event.at)
  }

  #log(error: unknown, message: string): void {
    if (this.#logger === null) this.#warnOnce(new Error(message, { cause: error }))
    else this.#logger.error({ err: error }, message)
  }

  #warnOnce(error: Error): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    process.emitWarning(`${error.message} (Give CallOrchestrator a logger or listen to "error" to hear of further ones.)`, 'EbraWarning')
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
