import { createHash, timingSafeEqual } from 'node:crypto'
import type { Authorize } from '@ebra/core/http'

/** A request of either framework. */
interface Request {
  readonly headers: { readonly authorization?: string | undefined }
}

/** Lets in whoever bears the key; everybody where there is none. */
export function authorizeBy(apiKey: string | null): Authorize<Request> | false {
  if (apiKey === null) return false
  const right = digestOf(apiKey)
  return ({ headers }) => {
    const [, given] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
    return given !== undefined && timingSafeEqual(digestOf(given), right) ? true : 'unauthenticated'
  }
}

/** Of the same length for every key, so that a comparison betrays nothing, its length included. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
