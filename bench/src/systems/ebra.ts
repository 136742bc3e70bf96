import { setTimeout as pause } from 'node:timers/promises'
import type { CallOrchestrator, Provider, Store, WebhookRequest } from '@ebra/core'
import type { Dial, Platform } from '../platform.ts'
import { type Client, cap, type Progress } from '../system.ts'

/** Ebra on either store, through nothing but its public surface. The attempt's end comes as a webhook, once the answer to its dial is on record. */
export async function connectEbra(store: Store, platform: Platform): Promise<Client> {
  const { CallOrchestrator } = await import('@ebra/core')
  const calls = new PlatformProvider(platform)
  const orchestrator = new CallOrchestrator({ store, provider: calls, concurrency: cap, publicUrl: 'http://bench.invalid' })
  orchestrator.on('error', ({ error }) => process.stderr.write(`${error.stack}\n`))
  orchestrator.on('attempt.placed', ({ attempt }) => {
    const { attemptId, providerCallId } = attempt
    const dial = calls.take(attemptId)
    dial?.recorded(() => void deliverEnd(orchestrator, providerCallId ?? '').then(dial.settled))
  })
  return {
    install: () => orchestrator.ping(),
    enqueue: async (call) => void (await orchestrator.enqueue(call)),
    enqueueMany: async (inputs) => void (await orchestrator.enqueueMany(inputs)),
    work: async () => {
      await orchestrator.start()
      return { stop: () => stopWhenSettled(orchestrator, platform) }
    },
    progress: () => readProgress(orchestrator),
    receiveEnd: (providerCallId) => deliverEnd(orchestrator, providerCallId),
    read: (path) => readByHttp(orchestrator, path),
    close: () => orchestrator.stop(),
  }
}

/** Takes every call at once, and reads webhooks that name a call by the platform's own id. */
class PlatformProvider implements Provider {
  readonly name = 'platform'
  readonly traits = {}
  readonly #platform: Platform
  readonly #dials = new Map<string, Dial>()

  constructor(platform: Platform) {
    this.#platform = platform
  }

  async place({ attemptId }: { readonly attemptId: string }) {
    const dial = this.#platform.place()
    this.#dials.set(attemptId, dial)
    return { kind: 'accepted', providerCallId: dial.providerCallId } as const
  }

  webhook({ rawBody }: WebhookRequest) {
    const { providerCallId } = JSON.parse(Buffer.from(rawBody).toString()) as { providerCallId: string }
    const state = { kind: 'ended', outcome: 'completed', details: {} } as const
    return { kind: 'events', events: [{ eventId: providerCallId, at: null, providerCallIds: [providerCallId], state }] } as const
  }

  take(attemptId: string): Dial | undefined {
    const dial = this.#dials.get(attemptId)
    this.#dials.delete(attemptId)
    return dial
  }
}

/** Calls that are live when an orchestrator stops are settled elsewhere, or later: here they are settled first. */
async function stopWhenSettled(orchestrator: CallOrchestrator, platform: Platform): Promise<void> {
  if (platform.liveCount > 0) await orchestrator.pause()
  while (platform.liveCount > 0) await pause(5)
  await orchestrator.stop()
}

async function deliverEnd(orchestrator: CallOrchestrator, providerCallId: string): Promise<void> {
  const { status } = await orchestrator.handleWebhook({
    method: 'POST',
    url: '/callbacks/platform',
    headers: { 'content-type': 'application/json' },
    rawBody: JSON.stringify({ providerCallId }),
  })
  if (status !== 200) throw new Error(`A webhook was answered with ${status}.`)
}

async function readProgress(orchestrator: CallOrchestrator): Promise<Progress> {
  const { calls } = (await orchestrator.metrics()).store
  return { completed: calls.COMPLETED, unfinished: calls.PENDING + calls.IN_PROGRESS }
}

async function readByHttp(orchestrator: CallOrchestrator, path: string): Promise<string> {
  const { toFetchHandler } = await import('@ebra/core/http')
  const answer = await toFetchHandler(orchestrator, { authorize: false })(new Request(`http://bench.invalid${path}`))
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`GET ${path} was answered with ${answer.status}: ${text}`)
  return text
}
