import ky from 'ky'
import type { PlacedAttempt } from '../domain/attempt.ts'
import { describeFailure } from './classify-place-error.ts'
import { endpointOf } from './http-endpoint.ts'
import type { HttpAnswer, HttpOperation } from './http-provider-options.ts'
import type { HttpProviderSettings } from './http-provider-settings.ts'
import { parseJson } from './parse-json.ts'
import { readBounded } from './read-bounded.ts'

/** An answer of whatever status, or why there is none. */
export type Asked = { readonly kind: 'answered'; readonly answer: HttpAnswer } | { readonly kind: 'failed'; readonly message: string }

const maxAnswerBytes = 10_485_760

/** Sends a request that rings no phone. Asked once: who asks has a rhythm of its own for asking again. */
export async function askOverHttp(
  settings: HttpProviderSettings,
  operation: Exclude<HttpOperation, 'place'>,
  attempt: PlacedAttempt,
  signal: AbortSignal,
): Promise<Asked> {
  try {
    const { url, headers } = endpointOf(settings, operation, attempt)
    const method = operation === 'hangUp' ? 'post' : 'get'
    const response = await ky(url, { method, headers, signal, retry: 0, timeout: false, throwHttpErrors: false, redirect: 'manual' })
    return { kind: 'answered', answer: await readAnswer(response) }
  } catch (error) {
    return { kind: 'failed', message: `The provider could not be asked: ${describeFailure(error)}` }
  }
}

async function readAnswer({ status, headers, body }: Response): Promise<HttpAnswer> {
  const { text, isWhole } = body === null ? { text: '', isWhole: true } : await readBounded(body, maxAnswerBytes)
  return { status, headers, text, body: isWhole ? parseJson(text) : undefined }
}
