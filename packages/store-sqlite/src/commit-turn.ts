import type { Turn, TurnResult } from '@ebra/core'
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
    const missed = turn.writes.filter((write) => !writeAttempt(transaction, write)).map(({ attemptId }) => attemptId)
    putBackAbandoned(transaction, turn)
    keepEvents(transaction, turn)
    const heard = turn.gates.filter(({ attemptId }) => !missed.includes(attemptId))
    const { closed, opened } = reportToGates(transaction, heard)
    const expired = turn.expireDue ? expireDue(transaction) : []
    const { claimed, leftToOthers, nextDueAt } = turn.claim === null ? noClaim : claim(transaction, turn.by, turn.claim)
    return {
      now: new Date(transaction.now),
      missed,
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
