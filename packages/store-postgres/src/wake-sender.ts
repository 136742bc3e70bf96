import { CompiledQuery } from 'kysely'
import type { Connection } from './connection.ts'

/** At most one hint in so many milliseconds. Each takes a lock that every notifying commit of the database waits for. */
const pauseMs = 15

/** Tells the other processes that something may be due, or a slot free: at once, then no more often than they could make use of. A hint that is sent by itself and fails costs latency only. */
export class WakeSender {
  /** By which listeners know the hints of this process. */
  readonly sender: string
  readonly #connection: Connection
  readonly #query: CompiledQuery
  #pause: NodeJS.Timeout | null = null
  #isWanted = false
  #isCarried = false
  #sending: Promise<unknown> = Promise.resolve()

  /** `sender` tells the hints of this process from those of others. */
  constructor(connection: Connection, channel: string, sender: string) {
    this.sender = sender
    this.#connection = connection
    this.#query = CompiledQuery.raw("select pg_notify($1, $2), set_config('synchronous_commit', 'off', true)", [channel, sender])
  }

  /**
   * Whether a commit that is about to be made may carry a hint itself, which saves its round trip: not so soon after another. It holds the lock of all notifications until it is on the disk; so
   * one goes along at a time, and the pause begins when it is done, for which {@link wentAlong} has to be called.
   */
  mayGoAlong(): boolean {
    if (this.#pause !== null || this.#isCarried) return false
    this.#isCarried = true
    return true
  }

  /** The commit that carried a hint is done, whatever became of it. */
  wentAlong(): void {
    this.#isCarried = false
    this.#rest()
  }

  /** Returns at once. To be called after the commit. */
  hint(): void {
    if (this.#pause === null && !this.#isCarried) this.#send()
    else this.#isWanted = true
  }

  /** Resolves when no hint is under way. */
  async close(): Promise<void> {
    if (this.#pause !== null) clearTimeout(this.#pause)
    if (this.#isWanted) this.#send()
    if (this.#pause !== null) clearTimeout(this.#pause)
    await this.#sending
  }

  #send(): void {
    this.#isWanted = false
    this.#sending = this.#connection.read(this.#query).catch(() => undefined)
    this.#rest()
  }

  #rest(): void {
    this.#pause = setTimeout(() => this.#resume(), pauseMs).unref()
  }

  #resume(): void {
    this.#pause = null
    if (this.#isWanted) this.#send()
  }
}
