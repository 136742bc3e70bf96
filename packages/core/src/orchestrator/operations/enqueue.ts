import { parseEnqueueInput, parseEnqueueInputs } from '../../domain/input.ts'
import type { JsonObject } from '../../domain/json.ts'
import { ConfigurationError, IdempotencyKeyReusedError } from '../../errors.ts'
import type { InsertResult, NewCall } from '../../ports/store.ts'
import { announce, type Engine } from '../engine.ts'
import type { EnqueueResult } from '../surface.ts'
import { type IdSource, prepareCall, prepareCallSync } from './prepare-call.ts'

type EnqueueContext = { readonly engine: Engine; readonly ids: IdSource }

/** Inserts one call; durable when it resolves, or when the host's own transaction commits. */
export async function enqueue({ engine, ids }: EnqueueContext, input: unknown, transaction: unknown): Promise<EnqueueResult> {
  const call = await prepareCall(engine.settings, ids, parseEnqueueInput(input), '')
  const isGrouped = transaction === undefined && call.idempotency === null
  const [result] = isGrouped ? await insertInGroup(engine, call) : await insert(engine, [call], transaction)
  return one(result)
}

/** Inserts all, or none. */
export async function enqueueMany(
  { engine, ids }: EnqueueContext,
  inputs: unknown,
  transaction: unknown,
): Promise<readonly EnqueueResult[]> {
  const normalized = parseEnqueueInputs(inputs)
  const calls = []
  // One after the other: ids grow in the order of the input, and so do the rows.
  for (const [index, input] of normalized.entries()) calls.push(await prepareCall(engine.settings, ids, input, `calls[${index}]`))
  if (calls.length === 0) return []
  return (await insert(engine, calls, transaction)).map(one)
}

/** Inserts one call within the host's own synchronous transaction: it has inserted, or thrown, when it returns. */
export function enqueueSync({ engine, ids }: EnqueueContext, input: unknown, transaction: unknown): EnqueueResult {
  if (engine.store.insertCallsSync === undefined) {
    throw new ConfigurationError(`The store "${engine.store.kind}" has no synchronous transactions. Use enqueue(input, { transaction }).`)
  }
  const call = prepareCallSync(engine.settings, ids, parseEnqueueInput(input))
  const [result] = engine.store.insertCallsSync({ calls: [call] }, transaction)
  return one(result)
}

async function insert(engine: Engine, calls: readonly NewCall[], transaction: unknown): Promise<readonly InsertResult[]> {
  await engine.open()
  if (transaction !== undefined) return engine.store.insertCalls({ calls }, transaction)
  const results = await engine.store.insertCalls({ calls })
  tellOf(engine, results)
  return results
}

/** Shares its commit with calls that are enqueued at the same time. */
async function insertInGroup(engine: Engine, call: NewCall): Promise<readonly InsertResult[]> {
  await engine.open()
  const results = [await engine.inserts.insert(call)]
  tellOf(engine, results)
  return results
}

function tellOf(engine: Engine, results: readonly InsertResult[]): void {
  for (const result of results) {
    if (result.kind === 'inserted') announce(engine, { type: 'call.enqueued', call: result.call })
  }
  engine.pump.wake()
}

function one(result: InsertResult | undefined): EnqueueResult<JsonObject> {
  if (result === undefined) throw new Error('The store answered for fewer calls than it was given.')
  if (result.kind === 'key-reused') throw new IdempotencyKeyReusedError(result.callId)
  return { call: result.call, replayed: result.kind === 'replayed' }
}
