import type { AttemptWrite, LocatedAttempt, Turn, TurnResult } from '@ebra/core'
import type { Connection, Transaction } from './connection.ts'
import { gatesFromRows, readGates } from './gates.ts'
import { mayJoin, park, unpark } from './parked-events.ts'
import { recordSeen } from './seen-events.ts'
import { claim, noClaim } from './turn/claim.ts'
import { expireDue, nextExpiry } from './turn/expire-due.ts'
import { putBackAbandoned } from './turn/put-back-abandoned.ts'
import { reportToGates } from './turn/report-to-gates.ts'
import { writeAttempt } from './turn/write-attempt.ts'

/** Writes and claims in one transaction. */
export function commitTurn(connection: Connection, turn: Turn): TurnResult {
  return connection.write((transaction) => {
    const written = writeAll(transaction, turn.writes)
    putBackAbandoned(transaction, turn)
    keepEvents(transaction, turn)
    const heard = turn.gates.filter(({ attemptId }) => !written.missed.includes(attemptId))
    const { closed, opened } = reportToGates(transaction, heard)
    const expired = turn.expireDue ? expireDue(transaction) : []
    const { claimed, leftToOthers, nextDueAt } = turn.claim === null ? noClaim : claim(transaction, turn.by, turn.claim)
    return {
      now: new Date(transaction.now),
      ...written,
      claimed,
      expired,
      gates: gatesFromRows(transaction, readGates(transaction)),
      gatesClosed: gatesFromRows(transaction, closed),
      gatesOpened: gatesFromRows(transaction, opened),
      mayJoin: mayJoin(transaction),
      leftToOthers,
      nextDueInMs: spanUntil(earliest(nextDueAt, nextExpiry(transaction, turn.expireDue)), transaction.now),
    }
  })
}

function writeAll(transaction: Transaction, writes: readonly AttemptWrite[]): Pick<TurnResult, 'applied' | 'missed'> {
  const applied: LocatedAttempt[] = []
  const missed: string[] = []
  for (const write of writes) {
    const record = writeAttempt(transaction, write)
    if (record === null) missed.push(write.attemptId)
    else applied.push(record)
  }
  return { applied, missed }
}

function keepEvents(transaction: Transaction, { unparked, parked, seen }: Turn): void {
  for (const key of unparked) unpark(transaction, key)
  for (const event of parked) park(transaction, event)
  for (const key of seen) recordSeen(transaction, key)
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other)
}

function spanUntil(instant: number | null, now: number): number | null {
  return instant === null ? null : Math.max(0, instant - now)
}
