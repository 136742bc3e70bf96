import type { Call, InsertResult, NewCall } from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { type ClientWithin, clientWithin, type PostgresTransaction } from './host-transaction.ts'
import type { PostgresClient } from './pool.ts'
import type { Argument } from './queries.ts'
import { type Field, jsonField, rowsText } from './row-text.ts'
import { type CallRecord, callFromRecord } from './rows.ts'

/** Inserts all calls, in order, or none: one round trip for each few thousand. Wakes the fleet after the commit; within a host's transaction, with it. */
export async function insertCalls(
  context: PostgresContext,
  { calls }: { readonly calls: readonly NewCall[] },
  transaction?: PostgresTransaction,
): Promise<readonly InsertResult[]> {
  if (transaction !== undefined) return insertWithin(context, clientWithin(transaction), chunksOf(calls))
  if (context.wake.mayGoAlong()) {
    const hint = { channel: context.channel, sender: context.wake.sender }
    return insertAlone(context, chunksOf(calls), hint).finally(() => context.wake.wentAlong())
  }
  const results = await insertAlone(context, chunksOf(calls), noHint)
  if (results.some(({ kind }) => kind === 'inserted')) context.wake.hint()
  return results
}

async function insertAlone(context: PostgresContext, chunks: Chunks, hint: Hint): Promise<readonly InsertResult[]> {
  const [chunk, ...more] = chunks
  if (chunk === undefined) return []
  if (more.length === 0) return resultsOf(chunk, await context.call<InsertAnswer>('insert_calls', ...insertArguments(chunk, hint)))
  return context.connection.transaction(async (client) => {
    const results = await insertChunks(context, client, chunks, hint)
    return { end: results.every(isAccepted) ? 'commit' : 'rollback', value: results }
  })
}

/** A key that is reused leaves what the host has done in its transaction as it is. */
async function insertWithin(context: PostgresContext, client: ClientWithin, chunks: Chunks): Promise<readonly InsertResult[]> {
  const hint = { channel: context.channel, sender: '' }
  if (client.isBegun && chunks.length < 2) return insertChunks(context, client, chunks, hint)
  await client.query('savepoint ebra_insert', [])
  const results = await insertChunks(context, client, chunks, hint)
  if (!results.every(isAccepted)) await client.query('rollback to savepoint ebra_insert', [])
  await client.query('release savepoint ebra_insert', [])
  return results
}

type Chunks = readonly (readonly NewCall[])[]

/** What a commit tells the fleet; the sender is empty where this process has to hear it, too. */
interface Hint {
  readonly channel: string | null
  readonly sender: string
}

const noHint: Hint = { channel: null, sender: '' }

/** Measured: larger statements insert no faster, and hold more in memory. */
const chunkSize = 2_000

function chunksOf(calls: readonly NewCall[]): Chunks {
  return Array.from({ length: Math.ceil(calls.length / chunkSize) }, (_, index) => calls.slice(index * chunkSize, (index + 1) * chunkSize))
}

/** Stops at the first chunk with a key that is reused, of which nothing was inserted. */
async function insertChunks(
  { queries, injectedTime }: PostgresContext,
  client: PostgresClient,
  chunks: Chunks,
  hint: Hint,
): Promise<readonly InsertResult[]> {
  const all: InsertResult[] = []
  for (const chunk of chunks) {
    const { sql, parameters } = queries.call('insert_calls', [...insertArguments(chunk, hint), injectedTime])
    const { rows } = await client.query(sql, [...parameters])
    const results = resultsOf(chunk, answerOf(rows))
    if (!results.every(isAccepted)) return results
    all.push(...results)
  }
  return all
}

function isAccepted({ kind }: InsertResult): boolean {
  return kind !== 'key-reused'
}

interface InsertAnswer {
  readonly now: string
  /** For each call that was not inserted: who bears its key. */
  readonly known: readonly { readonly id: string; readonly same: boolean; readonly record: CallRecord }[] | null
}

/** A host's own driver answers: the column is text, whatever it does to others. */
function answerOf(rows: readonly unknown[]): InsertAnswer {
  const [row] = rows as readonly { readonly answer: string }[]
  return JSON.parse(row?.answer ?? 'null')
}

function insertArguments(calls: readonly NewCall[], { channel, sender }: Hint): readonly Argument[] {
  return [rowsText(calls.map(callToRow)), calls.length, channel, sender]
}

/** The fields of `new_call`, in their order. */
function callToRow(call: NewCall): readonly Field[] {
  return [
    call.id,
    call.tenant,
    call.to,
    call.from,
    call.scriptId,
    jsonField(call.variables),
    jsonField(call.metadata),
    call.provider,
    jsonField(call.providerOptions),
    call.priority,
    call.exclusive,
    call.maxAttempts,
    call.retryOf,
    call.scheduledAt?.toISOString(),
    call.expiresAt?.toISOString(),
    call.idempotency?.key,
    call.idempotency?.fingerprint,
  ]
}

/** Only the refusals, where there are any. */
function resultsOf(calls: readonly NewCall[], { now, known }: InsertAnswer): readonly InsertResult[] {
  if (known === null) return calls.map((call) => ({ kind: 'inserted', call: callFromNew(call, now) }))
  const refused = known.filter(({ same }) => !same)
  if (refused.length > 0) return refused.map(({ record }) => ({ kind: 'key-reused', callId: record.call[0] }))
  const bearers = new Map(known.map(({ id, record }) => [id, record]))
  return calls.map((call) => {
    const bearer = bearers.get(call.id)
    return bearer === undefined ? { kind: 'inserted', call: callFromNew(call, now) } : { kind: 'replayed', call: callFromRecord(bearer) }
  })
}

/** A call that was just inserted is what was given, and its date. */
function callFromNew({ idempotency: _, ...call }: NewCall, now: string): Call {
  return {
    ...call,
    status: 'PENDING',
    outcome: null,
    attempts: 0,
    lastError: null,
    providerCallId: null,
    durationSec: null,
    nextAttemptAt: call.scheduledAt ?? new Date(now),
    cancelRequestedAt: null,
    createdAt: new Date(now),
    updatedAt: new Date(now),
    startedAt: null,
    endedAt: null,
  }
}
