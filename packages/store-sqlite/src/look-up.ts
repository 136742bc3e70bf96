import { type AttemptKeys, attemptIdOf, type LocatedAttempt, type LookUp, type LookUpKeys, parseAttemptId } from '@ebra/core'
import type { Connection, Transaction } from './connection.ts'
import { type CallWithLast, readCallRow } from './find-call.ts'
import { locatedFromRows } from './rows.ts'
import type { AttemptRow } from './schema.ts'
import { seenAmong } from './seen-events.ts'
import { queries, statement } from './statement.ts'

/** Reads every attempt that any of the keys names, each once, and which events were seen before. */
export function lookUp(connection: Connection, { events = [], ...keys }: LookUpKeys): LookUp {
  return connection.read((transaction) => {
    const rows = new Map(attemptsNamedBy(transaction, keys).map((row) => [attemptIdOf(row.call_id, row.number), row]))
    return { now: new Date(transaction.now), found: locateAll(transaction, [...rows.values()]), seen: seenAmong(transaction, events) }
  })
}

/** Reads an attempt; undefined for an id that none bears. */
export function readAttempt(transaction: Transaction, attemptId: string): AttemptRow | undefined {
  const parts = parseAttemptId(attemptId)
  return parts === null ? undefined : transaction.get(attemptById, parts)
}

/** Puts attempts beside their calls, in the order given. */
export function locateAll(transaction: Transaction, rows: readonly AttemptRow[]): readonly LocatedAttempt[] {
  const calls = new Map<string, CallWithLast | undefined>()
  return rows.flatMap((row) => {
    if (!calls.has(row.call_id)) calls.set(row.call_id, readCallRow(transaction, row.call_id))
    const call = calls.get(row.call_id)
    return call === undefined ? [] : [locatedFromRows(row, call, call)]
  })
}

/** The attempts of a call, in the order of their numbers. */
export const attemptsOfCall = statement(({ callId }: { callId: string }) =>
  queries.selectFrom('ebra_attempts').selectAll().where('call_id', '=', callId).orderBy('number'),
)

/** The rows of every attempt that any of the keys names; one that several name comes as often. */
export function attemptsNamedBy(
  transaction: Transaction,
  { attemptIds = [], providerCallIds = [], callIds = [] }: Partial<AttemptKeys>,
): readonly AttemptRow[] {
  return [
    ...attemptIds.flatMap((attemptId) => readAttempt(transaction, attemptId) ?? []),
    ...providerCallIds.flatMap((key) => [...transaction.all(attemptsByProviderId, key), ...transaction.all(attemptsByAlias, key)]),
    ...callIds.flatMap((callId) => transaction.all(attemptsOfCall, { callId })),
  ]
}

const attemptById = statement(({ callId, number }: { callId: string; number: number }) =>
  queries.selectFrom('ebra_attempts').selectAll().where('call_id', '=', callId).where('number', '=', number),
)

const attemptsByProviderId = statement(({ provider, id }: { provider: string; id: string }) =>
  queries.selectFrom('ebra_attempts').selectAll().where('provider', '=', provider).where('provider_call_id', '=', id),
)

const attemptsByAlias = statement(({ provider, id }: { provider: string; id: string }) =>
  queries
    .selectFrom('ebra_aliases as alias')
    .innerJoin('ebra_attempts as attempt', (join) =>
      join.onRef('attempt.call_id', '=', 'alias.call_id').onRef('attempt.number', '=', 'alias.number'),
    )
    .selectAll('attempt')
    .where('alias.provider', '=', provider)
    .where('alias.alias', '=', id),
)
