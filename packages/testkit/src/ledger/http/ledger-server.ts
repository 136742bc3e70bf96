import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LedgerContext } from '../ledger-context.ts'
import { sendReply } from './http-exchange.ts'
import { replyTo } from './routes.ts'

/** A ledger's HTTP server while it listens. */
export interface LedgerServer {
  readonly url: string
  /** Breaks every connection, those of silent answers included. */
  close(): Promise<void>
}

/**
 * Serves a ledger.
 *
 * @throws where the port is taken.
 */
export async function serveLedger(ledger: LedgerContext, host: string, port: number): Promise<LedgerServer> {
  const server = createServer((request, response) => void serve(ledger, request, response))
  server.listen(port, host)
  await once(server, 'listening')
  return { url: urlOf(server, host), close: () => closed(server) }
}

async function serve(ledger: LedgerContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const reply = await replyTo(ledger, request, response)
    if (reply !== null) sendReply(response, reply)
  } catch (error) {
    // A caller that left needs no answer; any other failure is the ledger's own, most likely its disk.
    if (!response.headersSent && !response.destroyed) sendReply(response, { status: 500, body: { error: String(error) } })
  }
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function closed(server: Server): Promise<void> {
  server.close()
  server.closeAllConnections()
  if (server.listening) await once(server, 'close')
}
