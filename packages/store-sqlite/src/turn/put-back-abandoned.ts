import type { Call, CallMove, Turn } from '@ebra/core'
import type { Transaction } from '../connection.ts'
import { isLive } from '../literals.ts'
import { locateAll } from '../look-up.ts'
import { queries, statement, valuesIn } from '../statement.ts'
import { writeAttempt } from './write-attempt.ts'

/** Puts back what turns of this process claimed whose COMMIT was never answered: it was never dialed. */
export function putBackAbandoned(transaction: Transaction, { by, abandoned }: Turn): void {
  if (abandoned.length === 0) return
  const rows = transaction.all(neverSent, { processId: by.processId, turns: JSON.stringify(abandoned) })
  for (const { attempt, call } of locateAll(transaction, rows)) {
    const { attemptId, revision, phase, outcome, details, providerCallId, aliases, providerState } = attempt
    const next = {
      phase,
      outcome,
      details,
      providerCallId,
      aliases,
      providerState,
      status: 'ENDED',
      error: notSent,
      putBack: true,
    } as const
    writeAttempt(transaction, { attemptId, revision, next, isSign: false, checkInMs: null, call: moveOf(call), seen: [], namedBy: [] })
  }
}

const notSent = { code: 'not-sent', message: 'Nobody knew whether its claim had been committed, so it was not dialed.' } as const

/** Nobody dials a call that was canceled meanwhile. */
function moveOf({ status, outcome, lastError, attempts, cancelRequestedAt }: Call): CallMove {
  const move = { from: status, outcome, lastError, attempts: Math.max(0, attempts - 1) }
  return cancelRequestedAt === null ? { ...move, status: 'PENDING', dueInMs: 0 } : { ...move, status: 'CANCELED', dueInMs: null }
}

const neverSent = statement(({ processId, turns }: { processId: string; turns: string }) =>
  queries
    .selectFrom('ebra_attempts')
    .selectAll()
    .where(isLive)
    .where('status', '=', 'PLACING')
    .where('claimed_by', '=', processId)
    .where('claimed_turn', 'in', valuesIn<number>(turns)),
)
