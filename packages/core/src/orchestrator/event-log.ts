import { maskPhoneNumber } from '../domain/masking.ts'
import type { Logger } from '../ports/logger.ts'
import type { CallEvent } from './events.ts'

/** One log line an event: ids, statuses, masked numbers. Bodies, metadata and variables are never logged. */
export function logEvent(logger: Logger, event: CallEvent): void {
  if (event.type === 'error') return
  logger[levelOf(event)](factsOf(event), event.type)
}

function levelOf({ type }: CallEvent): 'debug' | 'info' | 'warn' {
  if (type === 'gate.closed' || type === 'attempt.unconfirmed' || type === 'attempt.revived' || type === 'webhook.rejected') return 'warn'
  return type.startsWith('call.') || type === 'gate.opened' ? 'info' : 'debug'
}

function factsOf(event: Exclude<CallEvent, { type: 'error' }>): object {
  if ('gate' in event) return { gate: event.gate.scope.replace(/^from:.*/, 'from:…'), reason: event.gate.reason, code: event.gate.code }
  if ('call' in event) return callFacts(event)
  const { provider } = event
  if (event.type === 'webhook.rejected') return { provider, code: event.problem.code }
  if (event.type === 'webhook.parked') return { provider, reason: event.reason }
  return { provider, events: event.events.length }
}

function callFacts(event: Extract<CallEvent, { readonly call: unknown }>): object {
  const { call } = event
  const facts = { callId: call.id, to: maskPhoneNumber(call.to), status: call.status, outcome: call.outcome }
  return 'attempt' in event ? { ...facts, attemptId: event.attempt.attemptId } : facts
}
