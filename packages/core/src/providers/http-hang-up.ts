import type { PlacedAttempt } from '../domain/attempt.ts'
import type { HangUpResult, ProviderContext } from '../ports/provider.ts'
import { askOverHttp } from './http-ask.ts'
import type { HttpProviderSettings } from './http-provider-settings.ts'

/** Asks the platform to end a call. 404, 409 and 410 mean that there is none to end any more. */
export async function hangUpOverHttp(
  settings: HttpProviderSettings,
  attempt: PlacedAttempt,
  context: ProviderContext,
): Promise<HangUpResult> {
  if (attempt.providerCallId === null) return { kind: 'failed', message: 'The provider has not named its id of the call yet.' }
  const asked = await askOverHttp(settings, 'hangUp', attempt, context.signal)
  if (asked.kind === 'failed') return asked
  const { status } = asked.answer
  if (status >= 200 && status <= 299) return { kind: 'requested' }
  return { kind: [404, 409, 410].includes(status) ? 'already-over' : 'failed', message: `The provider answered ${status}.` }
}
