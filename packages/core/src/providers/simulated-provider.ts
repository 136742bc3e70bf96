import type { DialRequest, PlacedAttempt } from '../domain/attempt.ts'
import type {
  HangUpResult,
  LookupResult,
  PlaceResult,
  Provider,
  ProviderContext,
  ProviderTraits,
  WebhookRequest,
  WebhookResult,
} from '../ports/provider.ts'
import { readCallReport } from './call-report.ts'
import { authenticate, parseWebhookBody, readGenericEvent } from './generic-webhook.ts'
import { type SimulatedCall, SimulatedCalls } from './simulated-calls.ts'
import { type Deliver, SimulatedDeliveries } from './simulated-deliveries.ts'
import { openOrigin, simulatedCallId, whereaboutsOf } from './simulated-origin.ts'
import { planDial } from './simulated-plan.ts'
import {
  resolveSimulatedProviderOptions,
  type SimulatedProviderOptions,
  type SimulatedProviderSettings,
} from './simulated-provider-options.ts'

/**
 * A platform in memory, for development and tests: no phone rings, and everything goes the way of a real one, through the same webhooks and look-ups.
 * What becomes of a dial follows from the seed and its attempt id alone. The last four digits of a number decide before the weights do:
 *
 * | number | what happens |
 * |---|---|
 * | `…0001` | rings, nobody answers |
 * | `…0002` | busy |
 * | `…0003` | the dial is rejected |
 * | `…0004` | attempts 1 and 2 fail, every later one completes |
 * | `…0005` | voicemail |
 * | `…0006` | the dial is never answered, but the phone rings and the webhooks come; completes |
 * | `…0007` | completes, and no webhook ever comes |
 * | `…0008` | completes, each webhook comes twice and before the dial is answered |
 * | `…0009` | attempt 1 is throttled for a second; completes |
 *
 * Calls end with the process: `get` answers `absent` once it is gone, so that a restart does not wait for them, and `unsure` while another one lives.
 */
export class SimulatedProvider implements Provider {
  readonly name: string
  readonly traits: ProviderTraits
  readonly #settings: SimulatedProviderSettings
  readonly #deliveries: SimulatedDeliveries
  readonly #calls: SimulatedCalls
  readonly #origin = openOrigin()

  constructor(options: SimulatedProviderOptions = {}) {
    this.#settings = resolveSimulatedProviderOptions(options)
    this.name = this.#settings.name
    this.traits = { placeTimeoutMs: this.#settings.placeTimeoutMs }
    this.#deliveries = new SimulatedDeliveries(this.#settings)
    this.#calls = new SimulatedCalls(this.#deliveries, this.#settings.now)
  }

  /** Webhooks go to the last one that asked. */
  subscribe(deliver: Deliver): void {
    this.#deliveries.subscribe(deliver)
  }

  /** The same attempt again is the same call, for as long as this simulator lives. */
  async place(request: DialRequest, context: ProviderContext): Promise<PlaceResult> {
    const plan = planDial(request, this.#settings)
    if (plan.placing === 'rejected')
      return { kind: 'rejected', code: 'NUMBER_REJECTED', message: 'The simulated platform refuses this number.' }
    if (plan.placing === 'throttled')
      return { kind: 'throttled', code: 'HTTP_429', message: 'The simulated platform is busy.', retryAfterMs: 1_000 }
    const providerCallId = simulatedCallId(this.#origin, request.attemptId)
    if (this.#calls.get(providerCallId)) return { kind: 'accepted', providerCallId }
    const webhookUrl = context.webhookUrl() ?? 'http://simulator.invalid/'
    return this.#answer(this.#calls.add({ providerCallId, request, plan, webhookUrl }), context.signal)
  }

  webhook(request: WebhookRequest): WebhookResult {
    const sender = authenticate(request, this.#settings)
    if (sender.kind === 'unauthenticated') return sender
    const parsed = parseWebhookBody(request.rawBody)
    return parsed.kind === 'malformed' ? parsed : readGenericEvent(parsed.body, request, sender.webhookId, this.#settings.now)
  }

  async get({ providerCallId }: PlacedAttempt & { readonly providerCallId: string }): Promise<LookupResult> {
    const call = this.#calls.get(providerCallId)
    if (call !== undefined) return found(call)
    return whereaboutsOf(providerCallId) === 'gone' ? { kind: 'absent' } : { kind: 'unsure', message: 'The call lives in another process.' }
  }

  /** Knows the calls of this process only, so it is never `absent`. */
  async find({ attemptId }: PlacedAttempt): Promise<LookupResult> {
    const call = this.#calls.get(simulatedCallId(this.#origin, attemptId))
    return call === undefined ? { kind: 'unsure', message: 'The call may live in another process.' } : found(call)
  }

  async hangUp({ attemptId, providerCallId }: PlacedAttempt): Promise<HangUpResult> {
    const call = this.#calls.get(providerCallId ?? simulatedCallId(this.#origin, attemptId))
    if (call?.isOver === false) {
      this.#calls.hangUp(call)
      return { kind: 'requested' }
    }
    const isOver = call !== undefined || (providerCallId !== null && whereaboutsOf(providerCallId) === 'gone')
    return isOver ? { kind: 'already-over' } : { kind: 'failed', message: 'The call may live in another process.' }
  }

  /** Ends every call without a word, as the end of the process would. */
  async close(): Promise<void> {
    this.#origin.close()
    this.#deliveries.close()
    this.#calls.close()
  }

  #answer(call: SimulatedCall, signal: AbortSignal): Promise<PlaceResult> {
    const accepted = { kind: 'accepted', providerCallId: call.providerCallId } as const
    if (call.plan.placing === 'after-webhooks') return Promise.race([this.#calls.rush(call).then(() => accepted), noAnswer(signal)])
    void this.#calls.play(call)
    return call.plan.placing === 'silent' ? noAnswer(signal) : Promise.resolve(accepted)
  }
}

function found({ providerCallId, report }: SimulatedCall): LookupResult {
  const reading = readCallReport(report)
  return reading.kind === 'malformed'
    ? { kind: 'unsure', message: reading.message }
    : { kind: 'found', providerCallId, state: reading.report.state }
}

/** What the caller is left with at its deadline. */
function noAnswer(signal: AbortSignal): Promise<PlaceResult> {
  const result = { kind: 'unknown', message: 'The simulated platform did not answer.' } as const
  return new Promise((resolve) => {
    if (signal.aborted) resolve(result)
    else signal.addEventListener('abort', () => resolve(result), { once: true })
  })
}
