import { isEbraError } from '../errors.ts'
import { BodyTooLargeError, BodyUnreadableError } from './http-errors.ts'

/** Collects a body and counts its bytes as they come: past the limit it stops reading and throws BODY_TOO_LARGE. Throws BODY_UNREADABLE where the client went away. */
export async function readBytes(chunks: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Uint8Array> {
  try {
    return await collect(chunks, limitBytes)
  } catch (cause) {
    throw isEbraError(cause) ? cause : new BodyUnreadableError('The body was cut off.', { cause })
  }
}

/** Refuses a body that says itself that it is too large, before a byte of it is read. */
export function refuseDeclaredLength(headers: Readonly<Record<string, unknown>>, limitBytes: number): void {
  if (Number(headers['content-length']) > limitBytes) throw new BodyTooLargeError(limitBytes)
}

async function collect(chunks: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let count = 0
  for await (const chunk of chunks) {
    count += chunk.length
    if (count > limitBytes) throw new BodyTooLargeError(limitBytes)
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}
