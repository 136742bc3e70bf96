import type { PlaceResult } from '../ports/provider.ts'

/**
 * What a thrown error proves of a dial request, for a provider that sends it with `fetch` or a client built on it (`postOnce` knows more, since it
 * watches the connection). Only what surely happened before a byte of the request left is `not-placed`: name resolution, a refused or failed
 * connect, a failed TLS handshake. Resets, time-outs and aborts are `unknown`: measured, they also reach us after the server has read the request.
 */
export function classifyPlaceError(error: unknown): PlaceResult {
  const proof = proofOfNotSent(error, 0)
  if (proof === null) return { kind: 'unknown', message: `No answer came to the dial request: ${describeFailure(error)}` }
  return { kind: 'not-placed', code: proof, message: `The provider could not be reached: ${describeFailure(error)}` }
}

/** The innermost words of an error, on one line: the outer ones are mostly `fetch failed`. */
export function describeFailure(error: unknown, depth = 0): string {
  if (!isFailure(error)) return String(error)
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause
  if (isFailure(inner) && depth < maxDepth) return describeFailure(inner, depth + 1)
  const words = typeof error.message === 'string' ? error.message.replaceAll(/\s+/g, ' ').trim() : ''
  return (words || String(error.code ?? 'no reason was given')).slice(0, 300)
}

const maxDepth = 8

/** The code of the failure that came before the request, or null where there is none. Looks behind wrappers, which prove nothing themselves. */
function proofOfNotSent(error: unknown, depth: number): string | null {
  if (!isFailure(error) || depth > maxDepth) return null
  if (error instanceof AggregateError && error.errors.length > 0) return proofOfAll(error.errors, depth)
  return proofOf(error) ?? proofOfNotSent(error.cause, depth + 1)
}

/** Several addresses were tried: one that may have been reached is enough for doubt. */
function proofOfAll(errors: readonly unknown[], depth: number): string | null {
  const proofs = errors.map((error) => proofOfNotSent(error, depth + 1))
  return proofs.includes(null) ? null : (proofs[0] ?? null)
}

function proofOf({ code, syscall, message }: Failure): string | null {
  const words = typeof message === 'string' ? message : ''
  const name = typeof code === 'string' && code !== '' ? code : 'UNREACHABLE'
  if (typeof syscall === 'string' && connecting.test(syscall)) return name
  if (words === brokenHandshake) return name
  if (openSsl.test(name)) return handshakeReasons.some((reason) => reason.test(words)) ? name : null
  // A late ICMP error gives a read or a write these codes too, long after the request left.
  return syscall === undefined && earlyCodes.some((early) => early.test(name)) ? name : null
}

const connecting = /^(?:connect|getaddrinfo|query[A-Za-z]+)$/

/** Node's own words when the peer goes away during the handshake; the code is a bare ECONNRESET. */
const brokenHandshake = 'Client network socket disconnected before secure TLS connection was established'

const openSsl = /^(?:EPROTO$|ERR_SSL_)/

/**
 * Of what OpenSSL reports, what belongs to the handshake: `bad record mac` and `internal error` can come later, and so can `wrong version number`,
 * but for the function that looks at the very first record.
 */
const handshakeReasons = [
  /:tls_validate_record_header:wrong version number/,
  /unsupported protocol/,
  /alert (?:handshake failure|protocol version|insufficient security|no application protocol|certificate required)/,
  /unrecognized name/,
]

/** Names that do not resolve, closed ports, and certificates, which are looked at before the request is written. */
const earlyCodes = [
  /^ECONNREFUSED$/,
  /^ENOTFOUND$/,
  /^EAI_/,
  /^UND_ERR_CONNECT_TIMEOUT$/,
  /^ERR_TLS_(?!RENEGOTIATION)/,
  /^CERT_/,
  /^ERROR_IN_CERT_/,
  /^UNABLE_TO_/,
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/,
]

interface Failure {
  readonly code?: unknown
  readonly syscall?: unknown
  readonly message?: unknown
  readonly cause?: unknown
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null
}
