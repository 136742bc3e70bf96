import type { JsonObject } from '../domain/json.ts'
import type { WebhookReply, WebhookRequest } from '../ports/provider.ts'
import type { Now } from './clock.ts'
import { pause } from './pause.ts'
import { signWebhook } from './standard-webhooks.ts'

/** Takes a webhook and answers like the webhook route. */
export type Deliver = (request: WebhookRequest) => Promise<WebhookReply>

/** One message of the simulated platform. */
export interface SimulatedMessage {
  readonly id: string
  readonly url: string
  readonly body: JsonObject
}

const retryDelaysMs = [100, 200, 400, 800, 1_600]

/** Sends webhooks as a platform does: signed where there is a secret, and again with growing pauses while the answer is 5xx or none. */
export class SimulatedDeliveries {
  #deliver: Deliver | null = null
  readonly #closing = new AbortController()
  readonly #secret: string | null
  readonly #now: Now

  constructor(settings: { readonly webhookSecret: string | null; readonly now: Now }) {
    this.#secret = settings.webhookSecret
    this.#now = settings.now
  }

  subscribe(deliver: Deliver): void {
    this.#deliver = deliver
  }

  /** True once it was answered, false when that was given up. Never throws. */
  async send(message: SimulatedMessage): Promise<boolean> {
    const { signal } = this.#closing
    let isAnswered = await this.#attempt(message)
    for (const delayMs of retryDelaysMs) {
      if (isAnswered || this.#deliver === null || !(await pause(delayMs, signal))) break
      isAnswered = await this.#attempt(message)
    }
    return isAnswered
  }

  close(): void {
    this.#closing.abort()
    this.#deliver = null
  }

  async #attempt(message: SimulatedMessage): Promise<boolean> {
    try {
      const reply = await this.#deliver?.(this.#requestOf(message))
      return reply !== undefined && (reply.status ?? 200) < 500
    } catch {
      return false
    }
  }

  #requestOf({ id, url, body }: SimulatedMessage): WebhookRequest {
    const rawBody = Buffer.from(JSON.stringify(body))
    const signature = this.#secret === null ? {} : signWebhook({ id, at: this.#now(), rawBody }, [this.#secret])
    return { method: 'POST', url, hook: null, headers: { 'content-type': 'application/json', ...signature }, rawBody }
  }
}
