import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { CallOrchestrator } from '@ebra/core'

/** Takes the webhooks of an orchestrator where its public URL says, until it is disposed. */
export async function receiveWebhooks(orchestrator: CallOrchestrator, publicUrl: string): Promise<AsyncDisposable> {
  const server = createServer((request, response) => void answer(orchestrator, request, response))
  await once(server.listen(Number(new URL(publicUrl).port), '127.0.0.1'), 'listening')
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { [Symbol.asyncDispose]: close }
}

async function answer(orchestrator: CallOrchestrator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'POST', url = '/', headers } = request
  const { status, body } = await orchestrator.handleWebhook({ method, url, headers, rawBody: await buffer(request) })
  response.writeHead(status).end(body)
}
