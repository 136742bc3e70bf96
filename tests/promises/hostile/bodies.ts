import type { OpenApiOperation } from '@ebra/core/http'
import { type Chance, oneOf } from '../chance.ts'
import { jsonTextFor, type Schema } from './json-text.ts'
import { hostileBodies } from './literals.ts'
import type { Knowledge } from './requests.ts'

/** The body of a request: by its schema, hostile in parts, wholly hostile, or far too large. Null where there is none. */
export function bodyFor(
  path: string,
  { requestBody }: OpenApiOperation,
  chance: Chance,
  knowledge: Knowledge,
  hostility: number,
): Uint8Array | null {
  if (requestBody === undefined && chance.share() > hostility) return null
  if (chance.share() < hostility / 2) return Buffer.from(oneOf(chance, hostileBodies))
  if (chance.share() < 0.002) return Buffer.alloc(11_000_000, ' ')
  if (chance.share() < 0.01) return Buffer.from(`{"to":"${'1'.repeat(70_000)}"}`)
  const isWebhook = path.startsWith('/callbacks/')
  const schema = isWebhook ? reportAbout(chance, knowledge) : (requestBody?.content['application/json']?.schema ?? {})
  return damaged(Buffer.from(jsonTextFor(schema as Schema, chance, hostility)), chance, hostility)
}

/** What the document leaves to platforms: a report of the generic protocol, about a call that may exist. */
function reportAbout(chance: Chance, { callIds }: Knowledge): Schema {
  const callId = callIds.length === 0 ? 'nobody' : oneOf(chance, callIds.slice(-50))
  const statuses = ['RINGING', 'in-progress', 'COMPLETED', 'FAILED', 'BUSY', 'no_answer', 'VOICEMAIL', 'CANCELED', 'REJECTED', 'DANCING']
  const isText = { type: 'string' } as const
  return {
    type: 'object',
    required: ['status', oneOf(chance, ['attemptId', 'callId', 'providerCallId'])],
    properties: {
      attemptId: { enum: [`${callId}.1`, `${callId}.2`, `${callId}.0`] },
      callId: { enum: [callId] },
      providerCallId: isText,
      status: { enum: statuses },
      durationSec: { type: 'integer', minimum: 0 },
      completedAt: { ...isText, format: 'date-time' },
      error: { type: 'object', properties: { code: isText, message: isText } },
      eventId: isText,
      recordingUrl: isText,
      transcript: isText,
      summary: isText,
      data: { type: 'object' },
      cost: { type: 'object', properties: { amount: isText, currency: isText } },
      answeredBy: isText,
    },
  }
}

/** A byte order mark before it, a byte that is no UTF-8 within it, or its end missing. */
function damaged(body: Buffer, chance: Chance, hostility: number): Buffer {
  if (chance.share() > hostility / 2) return body
  const at = chance.between(0, body.length)
  return oneOf(chance, [
    Buffer.concat([Buffer.from('\uFEFF'), body]),
    Buffer.concat([body.subarray(0, at), Buffer.of(0xff), body.subarray(at)]),
    Buffer.concat([body.subarray(0, at), Buffer.of(0), body.subarray(at)]),
    body.subarray(0, at),
  ])
}
