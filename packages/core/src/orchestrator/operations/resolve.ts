import type { Call } from '../../domain/call.ts'
import { parseAttemptId } from '../../domain/identifiers.ts'
import { verdictSchema } from '../../domain/input-control.ts'
import { parseInput } from '../../domain/input-problems.ts'
import { AttemptNotResolvableError } from '../../errors.ts'
import type { Engine } from '../engine.ts'

/** Writes the host's verdict on an attempt that nobody could settle. Throws ATTEMPT_NOT_RESOLVABLE unless it is UNCONFIRMED or HELD. */
export async function resolve(engine: Engine, attemptId: string, input: unknown): Promise<Call> {
  const verdict = parseInput(verdictSchema, input)
  if (parseAttemptId(attemptId) === null) throw new AttemptNotResolvableError(attemptId, null)
  await engine.open()
  const { found } = await engine.store.lookUp({ attemptIds: [attemptId] })
  const status = found[0]?.attempt.status ?? null
  if (status !== 'UNCONFIRMED' && status !== 'HELD') throw new AttemptNotResolvableError(attemptId, status)
  const result = await engine.pump.submit(attemptId, { kind: 'resolved', verdict })
  if (result.kind !== 'applied') throw new AttemptNotResolvableError(attemptId, 'settled meanwhile')
  return result.record.call
}
