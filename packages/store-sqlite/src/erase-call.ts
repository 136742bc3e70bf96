import { attemptIdOf, erasedNumber } from '@ebra/core'
import type { Connection } from './connection.ts'
import { attemptsOfCall } from './look-up.ts'
import { attemptName, callName, dropParked, providerName } from './parked-events.ts'
import type { AttemptRow } from './schema.ts'
import { queries, statement } from './statement.ts'

/**
 * Blanks what says whom an ended call was for and what was said, for good: writes of its attempts that were decided before miss, later ones leave the details empty, and events that were parked
 * under its names are dropped.
 */
export function eraseCall(connection: Connection, { callId }: { readonly callId: string }): 'erased' | 'not-ended' | 'not-found' {
  return connection.write((transaction) => {
    const row = transaction.get(endOfCall, { callId })
    if (row === undefined) return 'not-found'
    if (row.ended_at === null) return 'not-ended'
    transaction.run(blankCall, { callId, erasedNumber, now: transaction.now })
    transaction.run(blankAttempts, { callId, erasedNumber })
    for (const attempt of transaction.all(attemptsOfCall, { callId })) dropParked(transaction, attempt.provider, namesOf(attempt))
    return 'erased'
  })
}

function namesOf({ call_id, number, provider_call_id, aliases }: AttemptRow): readonly string[] {
  const ids: readonly string[] = [...(provider_call_id === null ? [] : [provider_call_id]), ...JSON.parse(aliases)]
  return [callName(call_id), attemptName(attemptIdOf(call_id, number)), ...ids.map(providerName)]
}

const endOfCall = statement(({ callId }: { callId: string }) =>
  queries.selectFrom('ebra_calls').select('ended_at').where('id', '=', callId),
)

const blankCall = statement((params: { callId: string; erasedNumber: string; now: number }) =>
  queries
    .updateTable('ebra_calls')
    .set({ to_number: params.erasedNumber, variables: '{}', metadata: '{}', provider_options: '{}', updated_at: params.now })
    .where('id', '=', params.callId),
)

const blankAttempts = statement((params: { callId: string; erasedNumber: string }) =>
  queries
    .updateTable('ebra_attempts')
    .set((attempt) => ({ to_number: params.erasedNumber, details: '{}', provider_state: '{}', revision: attempt('revision', '+', 1) }))
    .where('call_id', '=', params.callId),
)
