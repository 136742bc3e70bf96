import { StoreUnavailableError } from '@ebra/core'

/** True for an error of SQLite's own, by its code: two copies of better-sqlite3 have two classes. */
export function isSqliteError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')
}

/** True where another connection holds the lock: trying again is likely to help. */
export function isBusy(error: unknown): boolean {
  return isSqliteError(error) ? isLocked(error.code) : error instanceof StoreUnavailableError && isBusy(error.cause)
}

/**
 * What the caller of a store should see of an error: {@link StoreUnavailableError} where the file is locked, full or unreadable, the error itself where the
 * statement or what it was given is at fault. An I/O error while committing may leave a commit on the disk that nobody vouched for.
 */
export function storeErrorFrom(error: unknown, file: string, { isCommitting }: { readonly isCommitting: boolean }): unknown {
  if (!isSqliteError(error) || isFaultOfInput(error.code)) return error
  const isCommitUnknown = isCommitting && error.code.startsWith('SQLITE_IOERR')
  return new StoreUnavailableError(`The database ${file} ${ailmentOf(error.code)} (${error.code}).`, { cause: error, isCommitUnknown })
}

function isLocked(code: string): boolean {
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code.startsWith('SQLITE_PROTOCOL')
}

/** Everything else is trouble of the file, the disk or the machine. */
function isFaultOfInput(code: string): boolean {
  return inputFaults.some((fault) => code === fault || code.startsWith(`${fault}_`))
}

const inputFaults = ['SQLITE_ERROR', 'SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_RANGE', 'SQLITE_TOOBIG', 'SQLITE_MISUSE']

function ailmentOf(code: string): string {
  if (isLocked(code)) return 'is locked by another process or transaction'
  if (code.startsWith('SQLITE_FULL')) return 'is full: there is no room left on its disk'
  if (code.startsWith('SQLITE_READONLY')) return 'cannot be written'
  if (code.startsWith('SQLITE_CANTOPEN')) return 'cannot be opened'
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return 'is damaged, or no SQLite database'
  return 'cannot be read or written'
}
