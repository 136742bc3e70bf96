import { type GateClosing, parseAttemptId } from '@ebra/core'
import type { Transaction } from '../connection.ts'
import { readGate } from '../gates.ts'
import type { CallRow, GateRow } from '../schema.ts'
import { queries, statement } from '../statement.ts'

/** Notes on a call that it was refused under a gate. Refusals between which no other call was accepted there count once. */
export function strike(transaction: Transaction, { attemptId, scope }: GateClosing, gate: GateRow): void {
  const callId = parseAttemptId(attemptId)?.callId
  const call = callId === undefined ? undefined : transaction.get(strikesOfCall, { callId })
  if (callId === undefined || call === undefined) return
  transaction.run(updateStrikes, { callId, scope, strikes: strikesAfter(call, scope, gate), now: transaction.now })
}

/** How many refusals of a call others under the same gate have outlived. */
export function outlivedStrikes(transaction: Transaction, call: CallRow): number {
  if (call.strike_scope === null) return 0
  const gate = readGate(transaction, call.strike_scope)
  return isOutlived(call, gate) ? call.strikes : Math.max(0, call.strikes - 1)
}

type Strikes = Pick<CallRow, 'strike_scope' | 'strikes' | 'struck_at'>

function strikesAfter(call: Strikes, scope: string, gate: GateRow): number {
  if (call.strike_scope !== scope) return 1
  return isOutlived(call, gate) ? call.strikes + 1 : call.strikes
}

function isOutlived({ struck_at }: Strikes, gate: GateRow | undefined): boolean {
  return struck_at !== null && gate !== undefined && gate.accepted_at !== null && gate.accepted_at > struck_at
}

const strikesOfCall = statement(({ callId }: { callId: string }) =>
  queries.selectFrom('ebra_calls').select(['strike_scope', 'strikes', 'struck_at']).where('id', '=', callId),
)

const updateStrikes = statement((params: { callId: string; scope: string; strikes: number; now: number }) =>
  queries
    .updateTable('ebra_calls')
    .set({ strike_scope: params.scope, strikes: params.strikes, struck_at: params.now })
    .where('id', '=', params.callId),
)
