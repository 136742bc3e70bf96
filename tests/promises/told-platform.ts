import { CallOrchestrator, HttpProvider, type Provider, signWebhook } from '@ebra/core'
import { ManualClock } from '@ebra/core/testing'
import { until } from '../e2e/until.ts'
import { createScene } from './scene.ts'
import { type DatabaseKind, storeOf } from './worker-settings.ts'

const publicUrl = 'https://app.example.com/voice'
const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`

/** A webhook as it came, which can come again. */
export interface Delivery {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly rawBody: string
}

/** An orchestrator whose time a test moves, and a platform that accepts every dial and then says only what the test has it say, signed, in the generic protocol. */
export async function createToldPlatform(database: DatabaseKind) {
  const scene = await createScene({ database })
  const clock = new ManualClock()
  const callbackUrls = new Map<string, string>()
  const store = storeOf(scene.settings.database)
  const orchestrator = new CallOrchestrator({
    store,
    provider: toldProvider(clock, callbackUrls),
    concurrency: 100,
    staleAfterMs: 3_600_000,
    retry: { maxAttempts: 1 },
    storeDetails: 'all',
    publicUrl,
    clock,
  })
  const events: string[] = []
  orchestrator.on('*', ({ type }) => void events.push(type))
  await orchestrator.start()
  const deliver = async ({ url, headers, rawBody }: Delivery) =>
    (await orchestrator.handleWebhook({ method: 'POST', url, headers, rawBody })).status
  /** As the platform signs it now. */
  const signed = (event: object, url = `${publicUrl}/callbacks/told`): Delivery => {
    const rawBody = JSON.stringify(event)
    return { url, rawBody, headers: { ...signWebhook({ id: 'msg', at: clock.now(), rawBody }, [secret]) } }
  }
  return {
    clock,
    database: scene.settings.database,
    orchestrator,
    events,
    deliver,
    signed,
    /** Where the platform was asked to report to about an attempt. */
    callbackUrlOf: (callId: string) => callbackUrls.get(`${callId}.1`) ?? '',
    /** What is old enough is forgotten, as a worker sees to every minute. */
    swept: () => store.sweep({ parkedForMs: 86_400_000 }),
    /** A call that the platform has accepted. */
    async liveCall(to: string): Promise<string> {
      const { call } = await orchestrator.enqueue({ to, scriptId: 'welcome' })
      await until(async () => (await orchestrator.get(call.id))?.providerCallId)
      return call.id
    },
    /** All that the database says of a call. */
    rowsOf: async (callId: string) => ({ call: await orchestrator.get(callId), attempts: await orchestrator.attempts(callId) }),
    [Symbol.asyncDispose]: async () => {
      await orchestrator.stop({ graceMs: 0 })
      await scene[Symbol.asyncDispose]()
    },
  }
}

function toldProvider(clock: ManualClock, callbackUrls: Map<string, string>): Provider {
  const generic = new HttpProvider({ name: 'told', baseUrl: 'http://platform.invalid', webhookSecrets: [secret], now: () => clock.now() })
  return {
    name: 'told',
    traits: {},
    place: async ({ attemptId }, context) => {
      callbackUrls.set(attemptId, context.webhookUrl() ?? '')
      return { kind: 'accepted', providerCallId: `told-${attemptId}` }
    },
    webhook: (request) => generic.webhook(request),
  }
}
