import { connect, type Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { closedPort, httpServer, tcpServer, tlsServer } from './servers.ts'

/** One way in which a dial request can fail to be answered, made by a real server. */
export interface ConnectionFailure {
  readonly name: string
  open(): Promise<string>
}

const http = (port: number) => `http://127.0.0.1:${port}/calls`
const https = (port: number) => `https://127.0.0.1:${port}/calls`

/** No byte of the request can have been read. */
export const earlyFailures: readonly ConnectionFailure[] = [
  { name: 'a name that does not resolve', open: async () => 'http://no-such-host.invalid/calls' },
  { name: 'a closed port', open: async () => http(await closedPort()) },
  { name: 'a closed port on every address of the name', open: async () => `http://localhost:${await closedPort()}/calls` },
  { name: 'a certificate that nobody trusts', open: async () => https(await tlsServer(() => undefined)) },
  { name: 'plain HTTP on the TLS port', open: async () => https((await httpServer((response) => response.end())).port) },
  { name: 'no TLS version in common', open: async () => https(await tlsServer(() => undefined, oldTls)) },
  {
    name: 'a peer that goes away in the TLS handshake',
    open: async () => https(await tcpServer((socket) => socket.once('data', () => socket.end()))),
  },
]

/** The request was read, or may have been. */
export const lateFailures: readonly ConnectionFailure[] = [
  {
    name: 'a reset once the request was read',
    open: async () => http(await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()))),
  },
  { name: 'an end without an answer', open: async () => http(await tcpServer((socket) => socket.once('data', () => socket.end()))) },
  {
    name: 'an answer that is no HTTP',
    open: async () => http(await tcpServer((socket) => socket.once('data', () => socket.end('what?\r\n\r\n')))),
  },
  {
    name: 'headers that break off',
    open: async () => http(await tcpServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nConte')))),
  },
  {
    name: 'an upgrade that nobody asked for',
    open: async () => http(await tcpServer((socket) => socket.once('data', () => socket.end(upgrade)))),
  },
]

/** The port of a TLS server that reads the request, whereupon something on the way answers in clear text. */
export async function garbageInClearText(options: TlsOptions): Promise<number> {
  let client: Socket | undefined
  const behind = await tlsServer((socket) => socket.once('data', () => client?.write('HTTP/1.1 502 Bad Gateway\r\n\r\n')), options)
  return tcpServer((socket) => {
    client = socket
    const upstream = connect(behind, '127.0.0.1')
    upstream.on('error', () => undefined)
    socket.pipe(upstream).pipe(socket)
  })
}

const oldTls = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'
