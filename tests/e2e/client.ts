import { canary } from '../../scripts/check/leaks.ts'
import { until } from './until.ts'

/** A call as the wire shows it, as far as tests look. */
export interface WireCall {
  readonly id: string
  readonly to: string
  readonly status: string
  readonly outcome: string | null
  readonly attempts: number
  readonly metadata: object
}

/** An answer of the API. */
export interface Answer<TBody> {
  readonly status: number
  readonly headers: Headers
  readonly body: TBody
}

/** Speaks to a server as its clients do. */
export class Client {
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url
    this.#headers = headers
  }

  async send<TBody = WireCall>(method: string, path: string, body?: unknown): Promise<Answer<TBody>> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { 'content-type': 'application/json', ...this.#headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
  }

  async enqueue(call: object): Promise<WireCall> {
    const { status, body } = await this.send('POST', '/calls', call)
    if (status !== 201) throw new Error(`POST /calls was answered by ${status}: ${JSON.stringify(body)}`)
    return body
  }

  /** Enqueues so many calls to so many people. */
  async enqueueMany(count: number): Promise<void> {
    const calls = Array.from({ length: count }, (_, index) => ({
      to: `+1202555${1_000 + index}`,
      scriptId: 'welcome',
      metadata: { customer: `${canary}-metadata` },
      variables: { name: `${canary}-variable` },
    }))
    const { status, body } = await this.send('POST', '/calls/batch', { calls })
    if (status !== 201) throw new Error(`POST /calls/batch was answered by ${status}: ${JSON.stringify(body)}`)
  }

  /** Resolves with the call once it has this status. */
  whenCallIs(id: string, status: string): Promise<WireCall> {
    return until(async () => {
      const { body } = await this.send('GET', `/calls/${id}`)
      return body.status === status && body
    })
  }

  /** Resolves once so many calls have ended, with how many of each status there are. */
  whenEnded(count: number): Promise<Readonly<Record<string, number>>> {
    return until(async () => {
      const { calls } = (await this.send<{ calls: Record<string, number> }>('GET', '/metrics')).body
      const { PENDING: _, IN_PROGRESS: __, ...ended } = calls
      return Object.values(ended).reduce((sum, each) => sum + each, 0) >= count && calls
    })
  }
}
