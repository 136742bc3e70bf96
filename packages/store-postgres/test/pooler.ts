import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to the same database, until the test ends, that tells clients a process id of its own making, as poolers do. */
export async function throughPooler(connectionString: string): Promise<string> {
  const target = new URL(connectionString)
  const { hostname, port } = target
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    near.pipe(far)
    far.on('data', (bytes: Buffer) => near.write(withOwnProcessId(bytes)))
    far.once('close', () => near.destroy())
    for (const socket of [near, far]) socket.on('error', () => far.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  target.port = String((server.address() as AddressInfo).port)
  return target.href
}

/** How the server's message BackendKeyData begins; the process id follows. */
const keyDataHead = Buffer.from([0x4b, 0, 0, 0, 12])

function withOwnProcessId(bytes: Buffer): Buffer {
  const start = bytes.indexOf(keyDataHead)
  if (start >= 0) bytes.writeUInt32BE(0x7fff_ffff, start + keyDataHead.length)
  return bytes
}
