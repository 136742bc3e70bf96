import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { readBytes, refuseDeclaredLength } from './read-bytes.ts'

/** Node's headers with one text for each name. */
export function headersFromNode(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const known = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined)
  return Object.fromEntries(known.map(([name, value]) => [name, typeof value === 'string' ? value : value.join(', ')]))
}

/**
 * Reads the body of a request of Node's. A stream whose body is too large is left open: closing it would close the connection before the answer is read. Throws BODY_TOO_LARGE and
 * BODY_UNREADABLE.
 */
export async function readNodeBody(stream: Readable, headers: IncomingHttpHeaders, limitBytes: number): Promise<Uint8Array> {
  refuseDeclaredLength(headers, limitBytes)
  return readBytes(stream.iterator({ destroyOnReturn: false }), limitBytes)
}
