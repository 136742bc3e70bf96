import type { Attempt } from '../../domain/attempt.ts'
import type { Call } from '../../domain/call.ts'
import { isUuid } from '../../domain/identifiers.ts'
import { parseListQuery } from '../../domain/input-list.ts'
import { CallNotEndedError, CallNotFoundError } from '../../errors.ts'
import type { CallPage, Control } from '../../ports/store.ts'
import type { Engine } from '../engine.ts'
import type { Metrics } from '../surface.ts'

/** The call; null for anything that is no call's id. */
export async function get(engine: Engine, callId: string): Promise<Call | null> {
  if (typeof callId !== 'string' || !isUuid(callId)) return null
  await engine.open()
  return engine.store.findCall({ callId })
}

/** The id, if it can be one. Throws CALL_NOT_FOUND for anything else, which no database needs to be asked about. */
export function requireCallId(callId: string): string {
  if (typeof callId === 'string' && isUuid(callId)) return callId
  throw new CallNotFoundError(String(callId))
}

/** A page of calls, newest first. */
export async function list(engine: Engine, query: unknown): Promise<CallPage> {
  const parsed = parseListQuery(query)
  await engine.open()
  return engine.store.listCalls(parsed)
}

/** A call's attempts, in order. */
export async function attempts(engine: Engine, callId: string): Promise<readonly Attempt[]> {
  if (!isUuid(callId)) return []
  await engine.open()
  return engine.store.listAttempts({ callId })
}

/** Blanks an ended call. Throws CALL_NOT_FOUND or CALL_NOT_ENDED. */
export async function erase(engine: Engine, callId: string): Promise<void> {
  const call = await get(engine, callId)
  if (call === null) throw new CallNotFoundError(callId)
  const result = await engine.store.eraseCall({ callId })
  if (result === 'not-found') throw new CallNotFoundError(callId)
  if (result === 'not-ended') throw new CallNotEndedError(callId, 'erased', call.status)
}

/** The cap and the gates. */
export async function control(engine: Engine): Promise<Control> {
  await engine.open()
  return engine.store.readControl()
}

/** The store's figures beside this process's own. */
export async function metrics(engine: Engine): Promise<Metrics> {
  await engine.open()
  const [store, state] = await Promise.all([engine.store.readMetrics(), engine.store.readControl()])
  const { received, rejected, parked, revived } = engine.counters
  return { store, control: state, revived, webhooks: { received, rejected, parked } }
}

/** Resolves when the database answers. */
export async function ping(engine: Engine): Promise<void> {
  await engine.open()
  await engine.store.ping()
}
