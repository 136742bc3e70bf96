import { once } from 'node:events'
import { connect } from 'node:net'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const answerTimeoutMs = 20_000

/** How a client behaves while it is answered. */
export interface Manners {
  /** False: it goes once it has sent all. */
  readonly stays: boolean
  /** It asked for no body, whatever length the answer tells. */
  readonly isHead: boolean
}

/** Sends a request over a connection of its own, and reads one answer. Null: the server hung up without a word. Rejects where it takes no connection, or neither answers nor hangs up. */
export async function exchange(url: string, bytes: Buffer, { stays, isHead }: Manners): Promise<RawAnswer | null> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  await once(socket, 'connect')
  const parts: Buffer[] = []
  const read = () => parseAnswer(Buffer.concat(parts).toString('latin1'), isHead)
  const answered = new Promise<void>((resolve, reject) => {
    socket.on('data', (part: Buffer) => parts.push(part) && read() !== null && resolve())
    socket.on('end', resolve).on('close', () => resolve())
    // The server may hang up while this side still writes: what it said before counts.
    socket.on('error', () => undefined)
    socket.setTimeout(answerTimeoutMs, () => reject(new Error('The server neither answers nor hangs up.')))
  })
  try {
    socket.write(bytes)
    // Node drops a request whose client has closed its side of the connection.
    if (!stays) socket.end()
    await answered
    return read()
  } finally {
    socket.destroy()
  }
}

/** The answer, or null where it is not yet complete. */
function parseAnswer(text: string, isHead: boolean): RawAnswer | null {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return null
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  const rest = text.slice(end + 4)
  // 100 Continue comes before the answer.
  if (status === 100) return parseAnswer(rest, isHead)
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const body = isHead ? rest : bodyOf(rest, headers)
  return body === null ? null : { status, headers, text: Buffer.from(body, 'latin1').toString('utf8') }
}

/** In latin1, where a byte is a letter. */
function bodyOf(rest: string, headers: RawAnswer['headers']): string | null {
  if (headers['transfer-encoding'] === 'chunked') return rest.endsWith('0\r\n\r\n') ? withoutChunks(rest) : null
  const length = Number(headers['content-length'] ?? 0)
  return rest.length < length ? null : rest
}

function withoutChunks(text: string): string {
  const length = Number.parseInt(text, 16)
  const begin = text.indexOf('\r\n') + 2
  return length > 0 ? text.slice(begin, begin + length) + withoutChunks(text.slice(begin + length + 2)) : ''
}
