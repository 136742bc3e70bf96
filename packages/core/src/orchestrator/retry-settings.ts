import { optionNumber, refuseUnknownKeys } from '../domain/options.ts'
import { outcomes } from '../domain/outcome.ts'
import { type OutcomeRetry, type RetryOptions, type RetryPolicy, retryPolicyFrom } from '../domain/retry.ts'
import type { Logger } from '../ports/logger.ts'
import type { Settings } from './settings.ts'

const attemptsRange = { min: 1, max: 100, isInteger: true }
const delayRange = { min: 0, max: 30 * 86_400_000 }

/** The retry policy and how many attempts a call has that names no number of its own. */
export function resolveRetry(
  retry: RetryOptions | RetryPolicy | undefined,
  where: string,
  logger: Logger | null,
): Pick<Settings, 'retry' | 'maxAttempts'> {
  if (typeof retry === 'function') return { retry: guardedPolicy(retry, logger), maxAttempts: 3 }
  const options = retry ?? {}
  refuseUnknownKeys(`${where}: retry`, options, ['maxAttempts', 'baseDelayMs', 'maxDelayMs', 'byOutcome'])
  const { maxAttempts = 3, baseDelayMs, maxDelayMs, byOutcome = {} } = options
  optionNumber(where, 'retry.maxAttempts', maxAttempts, attemptsRange)
  if (baseDelayMs !== undefined) optionNumber(where, 'retry.baseDelayMs', baseDelayMs, delayRange)
  if (maxDelayMs !== undefined) optionNumber(where, 'retry.maxDelayMs', maxDelayMs, delayRange)
  const retryable = outcomes.filter((outcome) => outcome !== 'completed' && outcome !== 'canceled')
  refuseUnknownKeys(`${where}: retry.byOutcome`, byOutcome, retryable)
  for (const [outcome, exception] of Object.entries(byOutcome)) checkException(`${where}: retry.byOutcome.${outcome}`, exception)
  return { retry: retryPolicyFrom(options), maxAttempts }
}

function checkException(where: string, exception: false | OutcomeRetry): void {
  if (exception === false) return
  refuseUnknownKeys(where, exception, ['delayMs', 'maxAttempts'])
  if (exception.delayMs !== undefined) optionNumber(where, 'delayMs', exception.delayMs, delayRange)
  if (exception.maxAttempts !== undefined) optionNumber(where, 'maxAttempts', exception.maxAttempts, attemptsRange)
}

/** A host's own policy that throws or answers nonsense must not stop the pump: the default decides in its place, and the log says so. */
function guardedPolicy(policy: RetryPolicy, logger: Logger | null): RetryPolicy {
  const fallback = retryPolicyFrom()
  return (context) => {
    try {
      const decision = policy(context)
      if (decision === 'final') return decision
      // A promise decides nothing, and must not end the process by rejecting.
      if (decision instanceof Promise) decision.catch(() => undefined)
      return { retryInMs: optionNumber('The retry policy', 'retryInMs', decision.retryInMs, delayRange) }
    } catch (error) {
      logger?.error({ err: error, callId: context.call.id }, 'The retry policy failed; the default decides in its place.')
      return fallback(context)
    }
  }
}
