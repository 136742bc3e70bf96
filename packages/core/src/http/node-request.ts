import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { isEbraError } from '../errors.ts'
import { readBytes, refuseDeclaredLength } from './read-bytes.ts'

/** Node's headers with one text for each name. */
export function headersFromNode(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const known = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined)
  return Object.fromEntries(known.map(([name, value]) => [name, typeof value === 'string' ? value : value.join(', ')]))
}

/** Reads the body of a request of Node's. Throws BODY_TOO_LARGE and BODY_UNREADABLE. */
export async function readNodeBody(stream: Readable, headers: IncomingHttpHeaders, limitBytes: number): Promise<Uint8Array> {
  try {
    refuseDeclaredLength(headers, limitBytes)
    return await readBytes(stream.iterator({ destroyOnReturn: false }), limitBytes)
  } catch (error) {
    if (isEbraError(error, 'BODY_TOO_LARGE')) discardRest(stream)
    throw error
  }
}

/** As long as nginx lingers. */
const lingerMs = 30_000

/** Many clients read no answer before they have sent all: closing the connection would take it from them, and an unread stream would hold the connection for ever. */
function discardRest(stream: Readable): void {
  const timer = setTimeout(() => stream.destroy(), lingerMs)
  timer.unref()
  stream.once('close', () => clearTimeout(timer))
  stream.on('error', () => {})
  stream.resume()
}
