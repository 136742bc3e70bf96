import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from './free-port.ts'

/** A way to a server that can be cut and joined, as seen by who goes it: while it is cut, nobody listens. */
export interface SeverableLink extends AsyncDisposable {
  readonly port: number
  join(): Promise<void>
  cut(): Promise<void>
}

/** A link to a port of this machine, cut at first. */
export async function severableLink(target: number): Promise<SeverableLink> {
  const port = await freePort()
  const sockets = new Set<Socket>()
  let server: Server | null = null
  const cut = async () => {
    const closing = server
    server = null
    for (const socket of sockets) socket.destroy()
    if (closing === null) return
    closing.close()
    await once(closing, 'close')
  }
  const join = async () => {
    server = createServer((near) => {
      const far = connect(target, '127.0.0.1')
      near.pipe(far).pipe(near)
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(socket)
        socket.on('error', () => other.destroy()).on('close', () => other.destroy() && sockets.delete(socket))
      }
    }).listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  return { port, join, cut, [Symbol.asyncDispose]: cut }
}
