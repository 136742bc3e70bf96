import type { WebhookEcho } from '../options.ts'
import type { CallStatus } from '../plan/call-status.ts'
import type { CallMoment } from '../plan/dial-plan.ts'
import { fingerprint } from '../plan/draws.ts'
import type { BookedCall } from './call-book.ts'

/** A call as look-ups show it. */
export interface CallFacts {
  readonly providerCallId: string
  readonly attemptId?: string
  readonly callId?: string
  readonly status: CallStatus
  /** Begun seconds of talk, of a call that was answered and is over. */
  readonly durationSec?: number
  /** Of a call that failed. */
  readonly error?: string
}

/** One event as its webhook shows it. */
export interface CallEventFacts extends Partial<CallFacts> {
  readonly eventId: string
  readonly status: CallStatus
  /** ISO 8601; of an end only. */
  readonly completedAt?: string
}

/** What a look-up answers. */
export function callFacts(call: BookedCall): CallFacts {
  return { ...references(call, 'all'), providerCallId: call.ring.providerCallId, status: call.status, ...endFacts(call) }
}

/** What a webhook tells of a moment that has just come. The same moment of the same call always has the same event id. */
export function eventFacts(call: BookedCall, moment: CallMoment, echo: WebhookEcho): CallEventFacts {
  const eventId = `evt_${fingerprint(call.ring.providerCallId, moment).slice(0, 24)}`
  const completedAt = call.endedAt === null ? {} : { completedAt: new Date(call.endedAt).toISOString() }
  return { ...references(call, echo), eventId, status: call.status, ...completedAt, ...endFacts(call) }
}

function references({ ring }: BookedCall, echo: WebhookEcho): Partial<CallFacts> {
  const isEchoed = (reference: WebhookEcho) => echo === 'all' || echo === reference
  return {
    ...(isEchoed('providerCallId') && { providerCallId: ring.providerCallId }),
    ...(isEchoed('attemptId') && ring.attemptId !== null && { attemptId: ring.attemptId }),
    ...(isEchoed('callId') && ring.callId !== null && { callId: ring.callId }),
  }
}

function endFacts({ answeredAt, endedAt, status }: BookedCall): Pick<CallFacts, 'durationSec' | 'error'> {
  if (endedAt === null) return {}
  return {
    ...(answeredAt !== null && { durationSec: Math.ceil((endedAt - answeredAt) / 1_000) }),
    ...(status === 'FAILED' && { error: 'The network dropped the call.' }),
    ...(status === 'REJECTED' && { error: 'The number takes no calls.' }),
  }
}
