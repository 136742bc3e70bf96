import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { onTestFinished } from 'vitest'
import { localhostCertificate } from './certificate.ts'

/** A server that is closed, with all its connections, when the test ends. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** The port of a raw TCP server. */
export function tcpServer(onConnection: (socket: Socket) => void): Promise<number> {
  return listen(createTcpServer(onConnection))
}

/** The port of a TLS server whose certificate nobody trusts, unless the test does. */
export function tlsServer(onConnection: (socket: Socket) => void, options: TlsOptions = {}): Promise<number> {
  const server = createTlsServer({ ...localhostCertificate, ...options }, (socket) => {
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  server.on('tlsClientError', () => undefined)
  return listen(server)
}

/** A port that refuses connections: it was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A request as the server read it. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** The connection it came over: 1 is the first. */
  readonly connection: number
}

/** An HTTP server that answers as told and keeps what it read. */
export async function httpServer(answer: (response: ServerResponse, request: SeenRequest) => void) {
  const seen: SeenRequest[] = []
  const connections = new Map<Socket, number>()
  const server = createHttpServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers, socket } = request
    const one = { method, url, headers, body: Buffer.concat(chunks).toString(), connection: connections.get(socket) ?? 0 }
    seen.push(one)
    answer(response, one)
  })
  server.on('connection', (socket: Socket) => connections.set(socket, connections.size + 1))
  const port = await listen(server)
  return { url: `http://127.0.0.1:${port}`, port, seen }
}

/** An HTTP server that answers every request with one status and JSON body. */
export function jsonServer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return httpServer((response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
}
