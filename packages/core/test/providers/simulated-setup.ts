import { onTestFinished, vi } from 'vitest'
import type { DialRequest } from '../../src/domain/attempt.ts'
import type { WebhookReply, WebhookRequest } from '../../src/ports/provider.ts'
import { SimulatedProvider } from '../../src/providers/simulated-provider.ts'
import type { SimulatedProviderOptions } from '../../src/providers/simulated-provider-options.ts'
import { dialRequest } from './dial-fixtures.ts'

/** A quick simulator and the webhooks that it sent, each read by its own parser. */
export function simulator(
  options: SimulatedProviderOptions = {},
  reply: () => Promise<WebhookReply> | WebhookReply = () => ({ status: 200 }),
) {
  const provider = new SimulatedProvider({ durationMs: 2, answerDelayMs: 1, ...options })
  onTestFinished(() => provider.close())
  const webhooks: WebhookRequest[] = []
  provider.subscribe(async (request) => {
    webhooks.push(request)
    return reply()
  })
  const bodies = () => webhooks.map(({ rawBody }) => JSON.parse(Buffer.from(rawBody).toString()))
  return { provider, webhooks, bodies, statuses: () => bodies().map(({ status }) => status) }
}

/** A dial of the call with this number whose attempt id is the given one. */
export function dialTo(lastDigits: string, attemptNumber = 1, callId = 'c'): DialRequest {
  return dialRequest({ to: `+1202555${lastDigits}`, callId, attemptNumber, attemptId: `${callId}.${attemptNumber}` })
}

/** Waits until the check passes, however slow the machine is today. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 4_500, interval: 5 })
}
