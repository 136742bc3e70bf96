import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { now } from '../clock.ts'
import { elapsed } from '../elapsed.ts'
import type { WebhookOptions } from '../options.ts'
import { signatureHeaders } from './webhook-signature.ts'

/** A webhook, ready to be sent as often as it takes. */
export interface Webhook {
  readonly url: string
  readonly eventId: string
  readonly body: string
}

/** How many webhooks came to which end. */
export interface WebhookCounts {
  /** Answered with a 2xx. */
  readonly delivered: number
  /** Tries that failed, each of them. */
  readonly failedTries: number
  /** Given up after the last try. */
  readonly givenUp: number
}

/** What bounds the sending of one webhook. */
export type SendingRules = Required<Pick<WebhookOptions, 'tries' | 'retryDelayMs' | 'timeoutMs'>>

/** Sends webhooks over kept connections, each again and again with a growing pause until a 2xx or the last try. */
export class WebhookSender {
  readonly #secret: string | undefined
  readonly #closing = new AbortController()
  readonly #open = new Set<ClientRequest>()
  readonly #agents = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) }
  #delivered = 0
  #failedTries = 0
  #givenUp = 0

  constructor(secret: string | undefined) {
    this.#secret = secret
  }

  get counts(): WebhookCounts {
    return { delivered: this.#delivered, failedTries: this.#failedTries, givenUp: this.#givenUp }
  }

  /** Resolves after the first try, whatever came of it; further tries go on behind. Never throws. */
  async send(webhook: Webhook, rules: SendingRules): Promise<void> {
    if (this.#closing.signal.aborted) return
    if (!(await this.#try(webhook, rules))) void this.#tryAgain(webhook, rules)
  }

  /** Drops what is still to be sent. */
  close(): void {
    this.#closing.abort()
    for (const request of this.#open) request.destroy()
    this.#agents.http.destroy()
    this.#agents.https.destroy()
  }

  async #tryAgain(webhook: Webhook, rules: SendingRules): Promise<void> {
    for (let tried = 1; tried < rules.tries; tried++) {
      if (!(await elapsed(rules.retryDelayMs * 2 ** (tried - 1), this.#closing.signal))) return
      if (await this.#try(webhook, rules)) return
    }
    this.#givenUp += 1
  }

  async #try(webhook: Webhook, rules: SendingRules): Promise<boolean> {
    const isDelivered = await this.#request(webhook, rules.timeoutMs)
    if (isDelivered) this.#delivered += 1
    else this.#failedTries += 1
    return isDelivered
  }

  #request({ url, eventId, body }: Webhook, timeoutMs: number): Promise<boolean> {
    const signature = this.#secret === undefined ? {} : signatureHeaders(this.#secret, eventId, now(), body)
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...signature }
    const request = url.startsWith('https:')
      ? httpsRequest(url, { method: 'POST', headers, agent: this.#agents.https })
      : httpRequest(url, { method: 'POST', headers, agent: this.#agents.http })
    const deadline = setTimeout(() => request.destroy(), timeoutMs)
    this.#open.add(request)
    return new Promise<boolean>((resolve) => {
      request.on('response', (response) => response.resume().on('end', () => resolve(isSuccess(response.statusCode))))
      request.on('error', () => resolve(false))
      request.on('close', () => resolve(false))
      request.end(body)
    }).finally(() => {
      clearTimeout(deadline)
      this.#open.delete(request)
    })
  }
}

const agentOptions = { keepAlive: true, maxSockets: 32 }

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300
}
