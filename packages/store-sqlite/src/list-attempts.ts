import type { Attempt } from '@ebra/core'
import type { Connection } from './connection.ts'
import { readCall } from './find-call.ts'
import { attemptsOfCall } from './look-up.ts'
import { attemptFromRow } from './rows.ts'

/** Reads the attempts of a call, in the order of their numbers; none for an unknown call. */
export function listAttempts(connection: Connection, { callId }: { readonly callId: string }): readonly Attempt[] {
  return connection.read((transaction) => {
    const call = readCall(transaction, callId)
    return call === null ? [] : transaction.all(attemptsOfCall, { callId }).map((row) => attemptFromRow(row, call))
  })
}
