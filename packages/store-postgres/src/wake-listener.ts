import type { Logger } from '@ebra/core'
import { Client } from 'pg'

/** What a {@link WakeListener} hears on. */
export interface WakeListenerOptions {
  /** As `pg` takes them. */
  readonly connection: object
  /** Whether somebody has vouched for a session that stays with its client. Else it is only used if no pooler stands between. */
  readonly isVouchedFor: boolean
  readonly channel: string
  /** Whose hints are no news here. */
  readonly self: string
  readonly logger: Logger
}

/**
 * Hears the hints of other processes, on a connection of its own that is opened with the first listener. While it is broken, hints are missed; when it is back, everybody is told, in
 * case there were some. It leaves a pooler alone: there a LISTEN would stay behind on a connection that goes to others, who would be told what they never asked for.
 */
export class WakeListener {
  readonly #options: WakeListenerOptions
  readonly #listeners = new Set<() => void>()
  #client: Client | null = null
  #retry: NodeJS.Timeout | null = null
  #failures = 0
  #isClosed = false

  constructor(options: WakeListenerOptions) {
    this.#options = options
  }

  /** Returns the way to stop. */
  listen(listener: () => void): () => void {
    const heard = () => listener()
    this.#listeners.add(heard)
    if (this.#client === null && this.#retry === null && !this.#isClosed) this.#connect()
    return () => this.#listeners.delete(heard)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    await this.#client?.end().catch(() => undefined)
    this.#client = null
  }

  #connect(): void {
    const client = new Client(this.#options.connection)
    this.#client = client
    client.on('error', (error: Error) => this.#lost(client, error))
    client.on('end', () => this.#lost(client, null))
    client.on('notification', ({ payload }) => {
      if (payload !== this.#options.self) this.#tell()
    })
    this.#begin(client).catch((error: unknown) => this.#lost(client, error))
  }

  async #begin(client: Client): Promise<void> {
    await client.connect()
    if (!this.#options.isVouchedFor && (await isPooled(client))) return this.#giveUp()
    await client.query(`listen "${this.#options.channel}"`)
    this.#failures = 0
    this.#tell()
  }

  #giveUp(): Promise<void> {
    this.#options.logger.info({}, pooled)
    return this.close()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  #lost(client: Client, error: unknown): void {
    if (client !== this.#client) return
    this.#client = null
    client.end().catch(() => undefined)
    if (this.#isClosed) return
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#failures)
    this.#failures += 1
    this.#options.logger.debug({ error, delayMs }, 'The connection that listens for wake-ups broke.')
    this.#retry = setTimeout(() => {
      this.#retry = null
      this.#connect()
    }, delayMs).unref()
  }
}

/** Poolers tell their clients a process id of their own making; only a session of the server has that of its backend. */
async function isPooled(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ readonly pid: string }>('select pg_backend_pid()::text as pid')
  return 'processID' in client && String(client.processID) !== rows[0]?.pid
}

const pooled =
  'The way to Postgres leads through a pooler: the work of other processes is polled for each second. Set listenConnectionString to hear of it at once.'

const firstDelayMs = 50
const longestDelayMs = 10_000
