import type { DialRequest } from '../domain/attempt.ts'
import type { JsonObject } from '../domain/json.ts'
import type { PlaceResult, ProviderContext } from '../ports/provider.ts'
import { describeFailure } from './classify-place-error.ts'
import { classifyPlaceStatus } from './classify-place-status.ts'
import { endpointOf } from './http-endpoint.ts'
import type { HttpAnswer, ScriptTarget } from './http-provider-options.ts'
import { type HttpProviderSettings, scriptTarget } from './http-provider-settings.ts'
import { parseJson } from './parse-json.ts'
import { postOnce, type SinglePost, type SinglePostResult } from './post-once.ts'
import { errorFrom, idFrom, isJsonRecord } from './report-fields.ts'

/** Sends the one request that can ring, and says what its answer proves. */
export async function placeOverHttp(settings: HttpProviderSettings, request: DialRequest, context: ProviderContext): Promise<PlaceResult> {
  const post = dialPost(settings, request, context)
  if ('kind' in post) return post
  const result = await postOnce(post, context.signal)
  return resultOfDial(settings, request, result)
}

/** The dial request, or why it could not be made: nothing has been sent then, and the mistake is the configuration's, not the call's. */
function dialPost(settings: HttpProviderSettings, request: DialRequest, context: ProviderContext): SinglePost | PlaceResult {
  try {
    const target = scriptTarget(settings, request.scriptId)
    if (target === null) return { kind: 'blocked', scope: 'script', code: 'SCRIPT_UNKNOWN', message: unknownScript(request.scriptId) }
    const body = dialBody(request, target, context)
    const endpoint = endpointOf(settings, 'place', request)
    return { ...endpoint, body: JSON.stringify(settings.map.body?.(request, body) ?? body) }
  } catch (error) {
    return { kind: 'not-placed', code: 'REQUEST_NOT_MADE', message: `The dial request could not be made: ${describeFailure(error)}` }
  }
}

/** What is wrong with a script that the option `scripts` lacks. */
export function unknownScript(scriptId: string): string {
  return `The provider has no script "${scriptId}": add it to the option scripts.`
}

function dialBody(request: DialRequest, target: ScriptTarget, context: ProviderContext): JsonObject {
  const { to, callId, attemptId, metadata, variables } = request
  const callbackUrl = context.webhookUrl()
  const from = request.from ?? target.from
  return {
    to,
    scriptId: target.agentId ?? request.scriptId,
    metadata,
    callId,
    attemptId,
    ...(callbackUrl !== null && { callbackUrl }),
    maxDurationSec: Math.max(1, Math.floor(context.maxDurationMs / 1000)),
    ...(from !== undefined && { from }),
    ...(Object.keys(variables).length > 0 && { variables }),
    ...request.providerOptions,
  }
}

function resultOfDial(settings: HttpProviderSettings, request: DialRequest, result: SinglePostResult): PlaceResult {
  switch (result.kind) {
    case 'never-sent':
      return {
        kind: 'not-placed',
        code: codeOf(result.error),
        message: `The provider could not be reached: ${describeFailure(result.error)}`,
      }
    case 'unanswered':
      return { kind: 'unknown', message: `No answer came to the dial request: ${describeFailure(result.error)}` }
    case 'answered': {
      const { status, headers, text, isWhole } = result
      const answer = { status, headers, text, body: isWhole ? parseJson(text) : undefined }
      return settings.map.answer?.(answer, request) ?? resultOfAnswer(settings, request, answer)
    }
  }
}

function resultOfAnswer(
  { notPlacedStatuses }: HttpProviderSettings,
  request: DialRequest,
  { status, headers, body }: HttpAnswer,
): PlaceResult {
  const said = isJsonRecord(body) ? (errorFrom(body.error) ?? errorFrom({ code: body.code, message: body.message ?? body.detail })) : null
  const result = classifyPlaceStatus(status, headers, { notPlacedStatuses, ...(said !== null && { said }) })
  return result.kind === 'accepted' ? { ...result, providerCallId: providerCallIdFrom(body, request) } : result
}

/** The platform's id of the call. A `callId` that is our own, echoed, is none: every attempt of the call would bear it. */
function providerCallIdFrom(body: unknown, { callId, attemptId }: DialRequest): string | null {
  if (!isJsonRecord(body)) return null
  const ids = [body.providerCallId, body.callId, body.id].map(idFrom)
  return ids.find((id) => id !== null && id !== callId && id !== attemptId) ?? null
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'NOT_SENT'
}
