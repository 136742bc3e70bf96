import type { Call } from '../../domain/call.ts'
import { phoneNumberProblem } from '../../domain/phone-number.ts'
import { CallNotEndedError, CallNotFoundError, ValidationError } from '../../errors.ts'
import type { NewCall } from '../../ports/store.ts'
import { announce, type Engine } from '../engine.ts'
import { type IdSource, refuseUndialable } from './prepare-call.ts'
import { requireCallId } from './read.ts'

/** Enqueues an ended call anew, due at once and without a deadline; terminal stays terminal. Throws CALL_NOT_FOUND, CALL_NOT_ENDED or VALIDATION_FAILED. */
export async function retry({ engine, ids }: { engine: Engine; ids: IdSource }, callId: string): Promise<Call> {
  requireCallId(callId)
  await engine.open()
  const ended = await engine.store.findCall({ callId })
  if (ended === null) throw new CallNotFoundError(callId)
  if (ended.status === 'PENDING' || ended.status === 'IN_PROGRESS') throw new CallNotEndedError(callId, 'retried', ended.status)
  const problem = phoneNumberProblem(ended.to)
  if (problem !== null) throw new ValidationError([{ path: 'to', message: problem }])
  refuseUndialable(engine.settings, ended, '')
  const [inserted] = await engine.store.insertCalls({ calls: [again(ended, ids.nextId())] })
  if (inserted?.kind !== 'inserted') throw new Error('The store did not insert a call without a key.')
  announce(engine, { type: 'call.enqueued', call: inserted.call })
  engine.pump.wake()
  return inserted.call
}

function again(ended: Call, id: string): NewCall {
  const { tenant, to, from, scriptId, variables, metadata, provider, providerOptions, priority, exclusive, maxAttempts } = ended
  const same = { tenant, to, from, scriptId, variables, metadata, provider, providerOptions, priority, exclusive, maxAttempts }
  return { ...same, id, retryOf: ended.id, scheduledAt: null, expiresAt: null, idempotency: null }
}
