import type { Clock } from '@ebra/core'
import type { Connection } from './connection.ts'
import { type Argument, Queries } from './queries.ts'
import type { WakeSender } from './wake-sender.ts'

/** What a context is made of. */
interface PostgresContextParts {
  readonly connection: Connection
  readonly schema: string
  /** Null: the database's own time. */
  readonly clock: Clock | null
  readonly wake: WakeSender
  /** On which the fleet is woken. */
  readonly channel: string
}

/** What every operation works with. */
export class PostgresContext {
  readonly connection: Connection
  readonly queries: Queries
  readonly wake: WakeSender
  readonly channel: string
  readonly #clock: Clock | null

  constructor({ connection, schema, clock, wake, channel }: PostgresContextParts) {
    this.connection = connection
    this.queries = new Queries(schema)
    this.wake = wake
    this.channel = channel
    this.#clock = clock
  }

  /** The instant to write in place of the database's own; null: none. */
  get injectedTime(): string | null {
    return this.#clock === null ? null : this.#clock.now().toISOString()
  }

  /** Calls a function of the schema that writes: one round trip, one commit. The time comes last among its arguments. Answers are JSON whose shape the caller knows. */
  async call<TAnswer>(name: string, ...args: readonly Argument[]): Promise<TAnswer> {
    const [row] = await this.connection.write(this.queries.call(name, [...args, this.injectedTime]))
    return JSON.parse(row?.answer || 'null')
  }

  /** Calls a function of the schema that only reads. */
  async ask<TAnswer>(name: string, ...args: readonly Argument[]): Promise<TAnswer> {
    const [row] = await this.connection.read(this.queries.call(name, [...args, this.injectedTime]))
    return JSON.parse(row?.answer || 'null')
  }
}
