import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CallEventFacts, Ledger } from '../src/ledger/index.ts'

/** What a test says in a POST; everything has a value that fits. */
export interface DialFields {
  readonly key?: string | null
  readonly attemptId?: string
  readonly callId?: string
  readonly to?: string
  readonly callbackUrl?: string
  readonly maxDurationSec?: number
  readonly metadata?: object
}

/** Sends one dial request, following no redirect. */
export function dial(url: string, fields: DialFields = {}, signal = AbortSignal.timeout(10_000)): Promise<Response> {
  const { key = fields.attemptId ?? 'call-1.1', attemptId = key ?? undefined, callId = attemptId?.split('.')[0], ...rest } = fields
  return fetch(`${url}/calls`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...(key !== null && { 'idempotency-key': key }) },
    body: JSON.stringify({ to: '+12025550199', scriptId: 'welcome', metadata: {}, callId, attemptId, ...rest }),
    signal,
  })
}

/** Sends a dial request and gives it up without an answer once the ledger has it; resolves to the failure. */
export async function dialInVain(ledger: Ledger, fields: DialFields = {}): Promise<unknown> {
  const impatience = new AbortController()
  const { posts } = await ledger.summary()
  const failure = dial(ledger.url, fields, impatience.signal).then(
    (response) => response.status,
    (error: unknown) => error,
  )
  await until(async () => (await ledger.summary()).posts > posts)
  impatience.abort(new Error('no answer'))
  return failure
}

/** Reads a JSON answer. */
export async function json(response: Response | Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await response).json()) as Record<string, unknown>
}

/** Looks again and again until it is so. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Resolves when so many calls have ended. */
export async function ended(ledger: Ledger, count: number): Promise<void> {
  await until(async () => {
    const { rings, live } = await ledger.summary()
    return rings - live >= count
  })
}

/** One webhook as it came. */
export interface ReceivedWebhook {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly rawBody: string
  readonly event: CallEventFacts
}

/** A host's webhook route that remembers everything and answers as `answer` says. */
export async function receiveWebhooks(answer: (webhook: ReceivedWebhook, index: number) => number = () => 200) {
  const received: ReceivedWebhook[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const rawBody = Buffer.concat(chunks).toString('utf8')
    const webhook = { path: request.url ?? '', headers: request.headers, rawBody, event: JSON.parse(rawBody) }
    received.push(webhook)
    response.writeHead(answer(webhook, received.length - 1)).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/callbacks`,
    received,
    statuses: () => received.map(({ event }) => event.status),
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
