import type { Call, CallStatus, EndedCallStatus, Outcome } from '@ebra/core'
import type { Worker } from './worker.ts'
import { settled } from './writes.ts'

/** The ways in which a call can have ended. */
export const endedStatuses = ['COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED'] as const satisfies readonly EndedCallStatus[]

const outcomeOf = { COMPLETED: 'completed', FAILED: 'rejected', EXPIRED: 'lost', CANCELED: 'canceled' } as const satisfies Record<
  EndedCallStatus,
  Outcome
>

/** A call in this status; one that has ended was dialed once. Whatever else is due is claimed with it. */
export async function aCallThatIs(status: CallStatus, worker: Worker): Promise<Call> {
  if (status === 'PENDING') return worker.enqueue()
  const claimed = await worker.dial()
  if (status === 'IN_PROGRESS') return claimed.call
  const { call } = await worker.write(settled(claimed, outcomeOf[status], status))
  return call
}
