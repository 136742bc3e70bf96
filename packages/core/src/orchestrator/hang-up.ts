import type { Attempt } from '../domain/attempt.ts'
import type { LocatedAttempt } from '../domain/attempt-write.ts'
import { withDeadline } from '../ports/deadline.ts'
import type { Provider, ProviderContext } from '../ports/provider.ts'
import { type Engine, providerOf, report } from './engine.ts'
import { dialRequest } from './place.ts'
import { providerContext } from './provider-context.ts'

const hangUpTimeoutMs = 10_000

/** Tells the provider to hang up a canceled call, as soon as its id is known. */
export function hangUpIfCanceled(engine: Engine, before: LocatedAttempt, after: LocatedAttempt): void {
  const isIdNew = before.attempt.providerCallId === null && after.attempt.providerCallId !== null
  if (isIdNew && after.call.cancelRequestedAt !== null) hangUp(engine, after)
}

/** Asks the provider to end a live call, without waiting; its end is known only when the provider says so. */
export function hangUp(engine: Engine, record: LocatedAttempt): void {
  const provider = providerOf(engine, record)
  if (provider?.hangUp === undefined || record.attempt.status === 'ENDED') return
  const { attempt } = record
  const request = (signal: AbortSignal) => askToHangUp(provider, attempt, providerContext(engine, provider, attempt, signal))
  withDeadline(hangUpTimeoutMs, engine.cutOff.signal, request).catch((error: unknown) => report(engine, error))
}

async function askToHangUp(provider: Provider, attempt: Attempt, context: ProviderContext): Promise<void> {
  const result = await provider.hangUp?.(placedAttempt(attempt), context)
  if (result?.kind !== 'failed') return
  throw new Error(`Attempt "${attempt.attemptId}" could not be hung up: ${result.message ?? 'no reason given'}.`)
}

/** What a provider gets back of an attempt that was, or may have been, sent. */
export function placedAttempt(attempt: Attempt) {
  return {
    ...dialRequest(attempt),
    sentAt: attempt.startedAt,
    providerCallId: attempt.providerCallId,
    providerState: attempt.providerState,
  }
}
