import { ConfigurationError, StoreUnavailableError } from '@ebra/core'

/** Says that a transaction is none. */
export const nothingBegun =
  'The transaction that was given to enqueue is none: nothing was begun on this client, so nothing could be rolled back. Begin one on it, wait for that, and pass it then.'

/** The server, or the pool, has not answered in time. */
export class AnswerTimeout extends Error {
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`)
  }
}

/** An error that the server answered. */
interface ServerError extends Error {
  /** The SQLSTATE. */
  readonly code: string
  readonly severity: string
}

/** The statement lost against another one: run again, it is likely to succeed. */
export function isCollision(error: unknown): boolean {
  return isServerError(error) && (error.code === '40001' || error.code === '40P01')
}

/** The schema, or something in it, is not there. */
export function isMissingSchema(error: unknown): boolean {
  return isServerError(error) && ['3F000', '42P01', '42883'].includes(error.code)
}

/** The role may not do it. */
export function isForbidden(error: unknown): boolean {
  return isServerError(error) && error.code === '42501'
}

/** The connection is of no further use: the server said so, or it broke, or its answer may come at any later time. */
export function isConnectionLost(error: unknown): boolean {
  if (isServerError(error)) return error.severity === 'FATAL' || error.severity === 'PANIC'
  return error instanceof AnswerTimeout || isBroken(error)
}

/**
 * What the caller of a store should see of an error: {@link StoreUnavailableError} where the database cannot be reached, is overloaded, locked or full; the error itself where the statement
 * or what it was given is at fault. `isWriting`: a statement that commits was under way, so that a connection that broke leaves its fate unknown.
 */
export function storeErrorFrom(error: unknown, { isWriting }: { readonly isWriting: boolean }): unknown {
  if (isServerError(error)) return fromServerError(error, isWriting)
  if (!(error instanceof Error) || !isConnectionLost(error)) return error
  return new StoreUnavailableError(`The connection to Postgres failed: ${error.message}.`, { cause: error, isCommitUnknown: isWriting })
}

function fromServerError(error: ServerError, isWriting: boolean): unknown {
  const refusal = refusals[error.code]
  if (refusal !== undefined) return new ConfigurationError(refusal, { cause: error })
  if (!isConnectionLost(error) && !ailments.some((prefix) => error.code.startsWith(prefix))) return error
  const isCommitUnknown = isWriting && isConnectionLost(error)
  return new StoreUnavailableError(`Postgres cannot serve now: ${error.message} (${error.code}).`, { cause: error, isCommitUnknown })
}

/** What is the host's mistake, by the code of the schema's own functions, and by that of a savepoint without a transaction. */
const refusals: Readonly<Record<string, string>> = {
  EB001:
    'Claims are exact only under READ COMMITTED, and the connections of this pool begin transactions in another isolation level. Set default_transaction_isolation to "read committed" for them.',
  '25P01': nothingBegun,
}

/** Classes and codes that speak of the server, the connection or a lock, and not of the statement. */
const ailments = [
  '08', // the connection
  '25006', // read-only: a standby, or a primary that was demoted
  '28', // refused at login
  '3D', // no such database
  '40', // collisions that did not end
  '53', // out of connections, memory or disk
  '55P03', // a lock that was not to be had in time
  '57', // shut down, or canceled by an operator or a timeout
  '58', // files
]

function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string'
}

/** Errors of a socket name a system call; those that `pg` makes of a connection that ended are known by their words only. */
function isBroken(error: unknown): boolean {
  return error instanceof Error && ('syscall' in error || brokenWords.test(error.message))
}

const brokenWords =
  /^Connection terminated|^Client has encountered a connection error|timeout exceeded when trying to connect|^Client was closed|timeout expired|^Query read timeout|^Client network socket disconnected/
