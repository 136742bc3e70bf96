import type { Call } from '../../domain/call.ts'
import { parsePendingFilter } from '../../domain/input-list.ts'
import { CallEndedError, CallNotFoundError } from '../../errors.ts'
import { announce, type Engine } from '../engine.ts'
import { hangUp } from '../hang-up.ts'
import { requireCallId } from './read.ts'

const batchSize = 1_000

/** Ends a PENDING call; asks for the end of a live one. Throws CALL_NOT_FOUND or CALL_ENDED. */
export async function cancel(engine: Engine, callId: string): Promise<Call> {
  requireCallId(callId)
  await engine.open()
  const canceled = await engine.store.cancelCall({ callId })
  if (canceled === null) throw new CallNotFoundError(callId)
  if (canceled.kind === 'already-ended') throw new CallEndedError(callId, canceled.call.status)
  if (canceled.kind === 'canceled') announce(engine, { type: 'call.canceled', call: canceled.call })
  else if (canceled.live !== null && canceled.live.attempt.providerCallId !== null) hangUp(engine, canceled.live)
  engine.pump.wake()
  return canceled.call
}

/** Ends every PENDING call that matches, a thousand a transaction; answers how many. */
export async function cancelMany(engine: Engine, input: unknown): Promise<{ readonly canceled: number }> {
  const filter = parsePendingFilter(input)
  await engine.open()
  let total = 0
  let batch: readonly Call[]
  do {
    batch = await engine.store.cancelPending({ filter, limit: batchSize })
    for (const call of batch) announce(engine, { type: 'call.canceled', call })
    total += batch.length
  } while (batch.length === batchSize)
  engine.pump.wake()
  return { canceled: total }
}
