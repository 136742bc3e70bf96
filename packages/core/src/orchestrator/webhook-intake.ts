import { parseAttemptId } from '../domain/identifiers.ts'
import { isEbraError, ProviderUnknownError, StoreUnavailableError } from '../errors.ts'
import { withDeadline } from '../ports/deadline.ts'
import type { Provider, ProviderEvent, WebhookContext, WebhookRequest, WebhookResult } from '../ports/provider.ts'
import { cleanEvent } from './clean-words.ts'
import { announce, type Engine, report } from './engine.ts'
import { placedAttempt } from './hang-up.ts'
import { isTagRight } from './provider-context.ts'
import type { IncomingWebhook, WebhookAnswer } from './surface.ts'
import { acceptedAnswer, refusedAnswer } from './webhook-answer.ts'
import { webhookRequestFrom } from './webhook-request.ts'

/** How long a sender waits for the commit at most; its events are written all the same when the database is back. */
const commitTimeoutMs = 5_000

/** Verifies a webhook, writes its events, and answers once they are durable. Never throws for the sender's fault. */
export async function handleWebhook(engine: Engine, incoming: IncomingWebhook): Promise<WebhookAnswer> {
  const provider = chooseProvider(engine, incoming.provider)
  if (provider === undefined) {
    const { message } = new ProviderUnknownError(incoming.provider ?? '', [...engine.settings.providers.keys()])
    return refusedAnswer(404, 'PROVIDER_UNKNOWN', message)
  }
  const request = readRequest(engine, incoming)
  return request === null ? refusedAnswer(400, 'BODY_UNREADABLE', 'The URL of the webhook is none.') : deliver(engine, provider, request)
}

/** The same for a message that came over a connection of the provider's own. */
export async function deliver(engine: Engine, provider: Provider, request: WebhookRequest): Promise<WebhookAnswer> {
  try {
    await withinTime(engine.open())
    return await take(engine, provider, request)
  } catch (error) {
    askInstead(engine, request)
    return answerToFailure(engine, error)
  }
}

/** Some platforms never send again: what this one had to say of the attempt that the URL names is asked for. */
function askInstead(engine: Engine, request: WebhookRequest): void {
  const attemptId = new URL(request.url).searchParams.get('attempt') ?? ''
  if (parseAttemptId(attemptId) !== null) engine.checks.askAbout(attemptId)
}

function readRequest({ settings }: Engine, incoming: IncomingWebhook): WebhookRequest | null {
  try {
    return webhookRequestFrom(incoming, settings.publicUrl)
  } catch {
    return null
  }
}

function chooseProvider({ settings }: Engine, name: string | undefined): Provider | undefined {
  return name === undefined ? settings.providers.values().next().value : settings.providers.get(name)
}

async function take(engine: Engine, provider: Provider, request: WebhookRequest): Promise<WebhookAnswer> {
  const result = await withinTime(read(engine, provider, request))
  if (result.kind !== 'events') return refuse(engine, provider, result)
  engine.counters.received += 1
  announce(engine, {
    type: 'webhook.received',
    provider: provider.name,
    hook: request.hook,
    rawBody: request.rawBody,
    events: result.events,
  })
  await withinTime(writeAll(engine, provider, result.events, urlAttemptId(engine, request)))
  return acceptedAnswer(result.reply)
}

/** A provider that throws could not read what was sent: the sender's fault as far as anybody can tell, and a defect to hear of. */
async function read(engine: Engine, provider: Provider, request: WebhookRequest): Promise<WebhookResult> {
  try {
    return await withDeadline(commitTimeoutMs, null, async (signal) => provider.webhook(request, webhookContext(engine, signal)))
  } catch (error) {
    if (isEbraError(error)) throw error
    report(engine, error)
    return { kind: 'malformed', message: 'The provider could not read the webhook.' }
  }
}

function webhookContext(engine: Engine, signal: AbortSignal): WebhookContext {
  return {
    signal,
    attempt: async (attemptId) => {
      const { found } = await engine.store.lookUp({ attemptIds: [attemptId] })
      return found[0] === undefined ? null : placedAttempt(found[0].attempt)
    },
  }
}

function refuse(engine: Engine, provider: Provider, result: Exclude<WebhookResult, { kind: 'events' }>): WebhookAnswer {
  const isForged = result.kind === 'unauthenticated'
  const code = isForged ? 'SIGNATURE_INVALID' : 'BODY_UNREADABLE'
  engine.counters.rejected += 1
  announce(engine, { type: 'webhook.rejected', provider: provider.name, problem: { code, message: result.message } })
  return refusedAnswer(isForged ? 401 : 400, code, result.message)
}

async function writeAll(engine: Engine, provider: Provider, events: readonly ProviderEvent[], urlAttempt: string | null): Promise<void> {
  const written = events.map((event) =>
    engine.pump.submitEvent({ provider: provider.name, event: cleanEvent(event), urlAttemptId: urlAttempt, isParked: false }),
  )
  const results = await Promise.allSettled(written)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** The attempt that the URL names, believed only with the right tag: anybody can guess an attempt's id. */
function urlAttemptId(engine: Engine, { url }: WebhookRequest): string | null {
  const { searchParams } = new URL(url)
  const attemptId = searchParams.get('attempt')
  const tag = searchParams.get('tag')
  if (attemptId === null || tag === null) return null
  return isTagRight(engine.tagKey(), attemptId, tag) ? attemptId : null
}

async function withinTime<TValue>(work: Promise<TValue>): Promise<TValue> {
  let timeout: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => reject(new StoreUnavailableError('The database did not answer in time.')), commitTimeoutMs)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timeout)
    work.catch(() => undefined)
  }
}

function answerToFailure(engine: Engine, error: unknown): WebhookAnswer {
  if (isEbraError(error, 'INTAKE_FULL') || isEbraError(error, 'STORE_UNAVAILABLE') || isEbraError(error, 'STOPPED')) {
    return refusedAnswer(503, error.code, error.message)
  }
  report(engine, error)
  return refusedAnswer(503, 'STORE_UNAVAILABLE', 'The webhook could not be written. Send it again.')
}
