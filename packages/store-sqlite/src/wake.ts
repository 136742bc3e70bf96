import type { Connection } from './connection.ts'

/** How often to look whether somebody has committed. */
export interface WakeOptions {
  /** While there is something to see. */
  readonly busyMs: number
  /** When nothing has been seen for a while. */
  readonly idleMs: number
}

/** Tells listeners of commits by other connections, of this process and of others, by looking at `data_version`: SQLite has no other way to say so, and a look costs microseconds. */
export class Wake {
  readonly #connection: Connection
  readonly #options: WakeOptions
  readonly #listeners = new Set<() => void>()
  #timer: NodeJS.Timeout | null = null
  #version = 0
  #pauseMs = 0

  constructor(connection: Connection, options: WakeOptions) {
    this.#connection = connection
    this.#options = options
  }

  /** Returns the way to stop. */
  listen(listener: () => void): () => void {
    const heard = () => listener()
    this.#listeners.add(heard)
    if (this.#timer === null) this.#begin()
    return () => {
      this.#listeners.delete(heard)
      if (this.#listeners.size === 0) this.stop()
    }
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #begin(): void {
    this.#version = this.#read()
    this.#lookIn(this.#options.busyMs)
  }

  #lookIn(pauseMs: number): void {
    this.#pauseMs = pauseMs
    this.#timer = setTimeout(() => this.#look(), pauseMs).unref()
  }

  #look(): void {
    const version = this.#read()
    const hasChanged = version !== this.#version
    this.#version = version
    this.#lookIn(hasChanged ? this.#options.busyMs : Math.min(this.#options.idleMs, this.#pauseMs * slowing))
    if (hasChanged) for (const listener of this.#listeners) listener()
  }

  /** A disk that fails for a moment must not end the process from within a timer; whoever uses the database next hears of it. */
  #read(): number {
    try {
      return this.#connection.dataVersion()
    } catch {
      return this.#version
    }
  }
}

/** From two milliseconds to fifty in a second: a pause is a twentieth of the time in which nothing was seen. */
const slowing = 1.05
