import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What becomes of what passes: it flows, answers are cut off with their connection, or nothing moves any more. */
export type Flow = 'through' | 'cut-answers' | 'standing-still'

/** A TCP proxy in front of a database, to lose what the network loses. */
export interface CutProxy {
  readonly connectionString: string
  flow: Flow
  close(): Promise<void>
}

/** Opens a proxy to the database of `connectionString`. */
export async function openCutProxy(connectionString: string): Promise<CutProxy> {
  const target = new URL(connectionString)
  const sockets = new Set<Socket>()
  const state: { flow: Flow } = { flow: 'through' }
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname)
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => [client, database].forEach((end) => void end.destroy()))
    }
    client.on('data', (chunk) => state.flow !== 'standing-still' && database.write(chunk))
    database.on('data', (chunk) => {
      if (state.flow === 'through') client.write(chunk)
      if (state.flow === 'cut-answers') client.destroy()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(connectionString)
  url.port = String((server.address() as AddressInfo).port)
  return {
    connectionString: url.href,
    get flow() {
      return state.flow
    },
    set flow(flow) {
      state.flow = flow
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
