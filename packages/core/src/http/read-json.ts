import { BodyUnreadableError } from './http-errors.ts'
import type { HttpRequest } from './http-records.ts'
import { refuseDeclaredLength } from './read-bytes.ts'

/** How much JSON a route takes, and whether it may be none. */
export interface JsonRule {
  readonly limitBytes: number
  /** True: no body at all counts as `{}`. */
  readonly isOptional: boolean
}

/**
 * Reads a body as JSON, whatever its content type says, or takes what a body parser of the host made of it. Throws BODY_TOO_LARGE, or BODY_UNREADABLE for what is
 * empty, no UTF-8 or no JSON.
 */
export async function readJson(request: HttpRequest, { limitBytes, isOptional }: JsonRule): Promise<unknown> {
  if (request.parsedBody !== undefined) {
    refuseDeclaredLength(request.headers, limitBytes)
    return request.parsedBody
  }
  const bytes = await request.body(limitBytes)
  if (bytes.length > 0) return parseJson(decodeUtf8(bytes))
  if (isOptional) return {}
  throw new BodyUnreadableError('The body is empty. Send a JSON object.')
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new BodyUnreadableError('The body is not text in UTF-8.', { cause })
  }
}

/** The parser's own message quotes the body, which may hold what no answer should repeat. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BodyUnreadableError('The body is not valid JSON.', { cause })
  }
}
