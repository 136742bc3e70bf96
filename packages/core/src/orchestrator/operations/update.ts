import type { Call } from '../../domain/call.ts'
import { parseUpdateInput } from '../../domain/input.ts'
import { readOrThrow } from '../../domain/input-problems.ts'
import { scheduleProblem } from '../../domain/input-schemas.ts'
import { readMetadata } from '../../domain/metadata-schema.ts'
import { CallNotFoundError, CallNotPendingError, ValidationError } from '../../errors.ts'
import type { CallChanges } from '../../ports/store.ts'
import { announce, type Engine } from '../engine.ts'
import { refuseUndialable } from './prepare-call.ts'
import { requireCallId } from './read.ts'

/** Changes a PENDING call. Throws CALL_NOT_FOUND, CALL_NOT_PENDING or VALIDATION_FAILED, with nothing changed. */
export async function update(engine: Engine, callId: string, input: unknown): Promise<Call> {
  requireCallId(callId)
  const changes = await changesFrom(engine, input)
  await engine.open()
  const current = await engine.store.findCall({ callId })
  if (current === null) throw new CallNotFoundError(callId)
  if (current.status !== 'PENDING') throw new CallNotPendingError(callId, current.status)
  if (Object.keys(changes).length === 0) return current
  refuseUndialable(engine.settings, { ...current, ...changes }, '')
  const result = await engine.store.updateCallIfPending({ callId, changes })
  if (result.kind === 'not-found') throw new CallNotFoundError(callId)
  if (result.kind === 'not-pending') throw new CallNotPendingError(callId, result.call.status)
  if (result.kind === 'expires-before-scheduled') throw new ValidationError([scheduleProblem])
  announce(engine, { type: 'call.updated', call: result.call })
  engine.pump.wake()
  return result.call
}

async function changesFrom({ settings }: Engine, input: unknown): Promise<CallChanges> {
  const { maxAttempts, metadata, ...changes } = parseUpdateInput(input)
  return {
    ...changes,
    ...(maxAttempts === undefined ? {} : { maxAttempts: maxAttempts ?? settings.maxAttempts }),
    ...(metadata === undefined
      ? {}
      : { metadata: settings.metadata === null ? metadata : readOrThrow(await readMetadata(settings.metadata, metadata)) }),
  }
}
