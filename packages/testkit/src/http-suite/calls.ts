import type { JsonObject } from '@ebra/core'
import type { Answer, Sending } from './api-client.ts'
import { assertAnswer, eventually, textAt } from './expectations.ts'
import { labSignature } from './lab-provider.ts'
import type { HttpScene } from './scene.ts'

let numbersUsed = 0

/** A number that no other call of this run has, and that the laboratory accepts. */
export function aNumber(): string {
  numbersUsed += 1
  return `+1202${String(5_550_000 + (numbersUsed % 1_000) * 10 + 100_000 * Math.floor(numbersUsed / 1_000))}`
}

/** The least that `POST /calls` takes, and whatever a case adds. */
export function aBody(differences: JsonObject = {}): JsonObject {
  return { to: aNumber(), scriptId: 'welcome', ...differences }
}

/** Enqueues a call over HTTP. */
export async function enqueued({ send }: HttpScene, differences: JsonObject = {}): Promise<JsonObject> {
  return assertAnswer(await send('POST', '/calls', { json: aBody(differences) }), 201)
}

/** Enqueues a call and waits until the laboratory has accepted it. The orchestrator must dial. */
export async function live(scene: HttpScene, differences: JsonObject = {}): Promise<JsonObject> {
  const { id } = await enqueued(scene, differences)
  return callThat(scene, String(id), ({ providerCallId }) => providerCallId !== null)
}

/** Enqueues a call that completes. The orchestrator must dial. */
export async function completed(scene: HttpScene, differences: JsonObject = {}): Promise<JsonObject> {
  const call = await live(scene, differences)
  assertAnswer(await report(scene, { providerCallId: textAt(call, 'providerCallId'), status: 'COMPLETED', durationSec: 12 }), 200)
  return callThat(scene, textAt(call, 'id'), ({ status }) => status === 'COMPLETED')
}

/** Enqueues a call whose only attempt nobody can confirm. The orchestrator must dial. */
export async function unconfirmed(
  scene: HttpScene,
  differences: JsonObject = {},
): Promise<{ readonly callId: string; readonly attemptId: string }> {
  const { id } = await enqueued(scene, { to: '+12025550001', ...differences })
  const callId = String(id)
  return eventually('An unconfirmed attempt', async () => {
    const [attempt] = await scene.orchestrator.attempts(callId)
    return attempt?.status === 'UNCONFIRMED' ? { callId, attemptId: attempt.attemptId } : null
  })
}

/** Asks for a call until it is as a case needs it. */
export async function callThat({ send }: HttpScene, id: string, isSo: (call: JsonObject) => boolean): Promise<JsonObject> {
  return eventually(`The awaited state of call ${id}`, async () => {
    const call = assertAnswer(await send('GET', `/calls/${id}`), 200)
    return isSo(call) ? call : null
  })
}

/** Sends a webhook of the generic protocol as the laboratory would, signed. */
export function report({ send }: HttpScene, event: JsonObject, path = '/callbacks/call-status'): Promise<Answer> {
  return send('POST', path, labWebhook(event))
}

/** What the laboratory would send, with its signature. */
export function labWebhook(event: JsonObject): Sending {
  const body = JSON.stringify(event)
  webhooksMade += 1
  return { body, headers: { 'content-type': 'application/json', ...labSignature(`msg-${webhooksMade}`, body) } }
}

let webhooksMade = 0
