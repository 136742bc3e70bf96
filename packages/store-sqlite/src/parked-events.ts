import type { AttemptDetails, EventKey, ParkedEvent, ProviderEvent } from '@ebra/core'
import type { Connection, Transaction } from './connection.ts'
import { unindexed } from './literals.ts'
import { attemptsNamedBy } from './look-up.ts'
import { queries, statement } from './statement.ts'

/** Parks an event, once. It is joinable at once where an attempt that it names exists already. */
export function park(transaction: Transaction, { provider, event }: ParkedEvent): void {
  const joinableAt = isJoinable(transaction, { provider, event }) ? transaction.now : null
  const row = transaction.get(insertEvent, {
    provider,
    eventId: event.eventId,
    event: JSON.stringify(event),
    now: transaction.now,
    joinableAt,
  })
  if (row === undefined) return
  for (const name of namesIn(event)) transaction.run(insertName, { provider, name, parkedId: row.id })
}

/** Drops an event that was applied, or proved useless. */
export function unpark(transaction: Transaction, key: EventKey): void {
  transaction.run(deleteEvent, key)
}

/** Makes events joinable that bear one of these names: there is an attempt now that bears it too. */
export function joinParked(transaction: Transaction, provider: string, names: readonly string[]): void {
  if (transaction.get(anyEvent, {}) === undefined) return
  for (const name of names) transaction.run(joinByName, { provider, name, now: transaction.now })
}

/** Whether there are any for `findJoinable`. */
export function mayJoin(transaction: Transaction): boolean {
  return transaction.get(anyJoinableEvent, { now: transaction.now }) !== undefined
}

/** How many events are parked. */
export function countParked(transaction: Transaction): number {
  return transaction.get(allEvents, {})?.count ?? 0
}

/** Drops events that bear one of these names. */
export function dropParked(transaction: Transaction, provider: string, names: readonly string[]): void {
  for (const name of names) transaction.run(deleteByName, { provider, name })
}

/** Reads parked events that name an attempt which exists by now, oldest first. They then rest, so that one that cannot be applied does not stand in the way of others. */
export function findJoinable(connection: Connection, { limit }: { readonly limit: number }): readonly ParkedEvent[] {
  return connection.write((transaction) => {
    const rows = transaction.all(joinableEvents, { now: transaction.now, limit })
    for (const { id } of rows) transaction.run(restEvent, { id, until: transaction.now + restMs })
    return rows.map(({ provider, event }) => ({ provider, event: eventFromText(event) }))
  })
}

/** The name under which an event may be parked that says our attempt's id. */
export function attemptName(attemptId: string): string {
  return `attempt ${attemptId}`
}

/** The name under which an event may be parked that says our call's id. */
export function callName(callId: string): string {
  return `call ${callId}`
}

/** The name under which an event may be parked that says an id of the provider's. */
export function providerName(id: string): string {
  return `provider ${id}`
}

/** So long an event that was looked at gives way to others. */
const restMs = 5_000

function isJoinable(transaction: Transaction, { provider, event }: ParkedEvent): boolean {
  const { attemptId, callId, providerCallIds = [] } = event
  const named = attemptsNamedBy(transaction, {
    attemptIds: attemptId === undefined ? [] : [attemptId],
    providerCallIds: providerCallIds.map((id) => ({ provider, id })),
    callIds: callId === undefined ? [] : [callId],
  })
  return named.some((attempt) => attempt.provider === provider)
}

function namesIn({ attemptId, callId, providerCallIds = [] }: ProviderEvent): readonly string[] {
  return [
    ...(attemptId === undefined ? [] : [attemptName(attemptId)]),
    ...(callId === undefined ? [] : [callName(callId)]),
    ...providerCallIds.map(providerName),
  ]
}

function eventFromText(text: string): ProviderEvent {
  const { at, state, ...event } = JSON.parse(text)
  const details = state.details === undefined ? {} : { details: { ...state.details, ...instantsIn(state.details) } }
  return { ...event, at: at === null ? null : new Date(at), state: { ...state, ...details } }
}

/** In JSON they are text. */
function instantsIn({ answeredAt, endedAt }: { readonly answeredAt?: string; readonly endedAt?: string }): AttemptDetails {
  return {
    ...(answeredAt !== undefined && { answeredAt: new Date(answeredAt) }),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt) }),
  }
}

const insertEvent = statement((params: { provider: string; eventId: string; event: string; now: number; joinableAt: number | null }) =>
  queries
    .insertInto('ebra_parked_events')
    .values({
      provider: params.provider,
      event_id: params.eventId,
      event: params.event,
      parked_at: params.now,
      joinable_at: params.joinableAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id'),
)

const insertName = statement(({ provider, name, parkedId }: { provider: string; name: string; parkedId: number }) =>
  queries
    .insertInto('ebra_parked_names')
    .values({ provider, name, parked_id: parkedId })
    .onConflict((conflict) => conflict.doNothing()),
)

const deleteEvent = statement(({ provider, eventId }: { provider: string; eventId: string }) =>
  queries.deleteFrom('ebra_parked_events').where('provider', '=', provider).where('event_id', '=', eventId),
)

const allEvents = statement(() => queries.selectFrom('ebra_parked_events').select((event) => event.fn.countAll<number>().as('count')))

const anyEvent = statement(() => queries.selectFrom('ebra_parked_events').select('id').limit(1))

const anyJoinableEvent = statement(({ now }: { now: number }) =>
  queries.selectFrom('ebra_parked_events').select('id').where('joinable_at', '<=', now).limit(1),
)

const joinByName = statement(({ provider, name, now }: { provider: string; name: string; now: number }) =>
  queries
    .updateTable('ebra_parked_events')
    .set({ joinable_at: now })
    .where('id', 'in', (event) =>
      event.selectFrom('ebra_parked_names').select('parked_id').where('provider', '=', provider).where('name', '=', name),
    ),
)

const deleteByName = statement(({ provider, name }: { provider: string; name: string }) =>
  queries
    .deleteFrom('ebra_parked_events')
    .where('id', 'in', (event) =>
      event.selectFrom('ebra_parked_names').select('parked_id').where('provider', '=', provider).where('name', '=', name),
    ),
)

const joinableEvents = statement(({ now, limit }: { now: number; limit: number }) =>
  queries
    .selectFrom('ebra_parked_events')
    .select(['id', 'provider', 'event'])
    .where('joinable_at', '<=', now)
    .orderBy(unindexed('parked_at'))
    .orderBy('id')
    .limit(limit),
)

const restEvent = statement(({ id, until }: { id: number; until: number }) =>
  queries.updateTable('ebra_parked_events').set({ joinable_at: until }).where('id', '=', id),
)
