import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Attempt } from '../domain/attempt.ts'
import type { Provider, ProviderContext } from '../ports/provider.ts'
import type { Engine } from './engine.ts'

/** What a provider is given with a request about an attempt. */
export function providerContext(engine: Engine, provider: Provider, attempt: Attempt, signal: AbortSignal): ProviderContext {
  const { publicUrl, staleAfterMs } = engine.settings
  return {
    signal,
    maxDurationMs: staleAfterMs,
    webhookUrl: (hook) => (publicUrl === null ? null : callbackUrl(publicUrl, provider.name, hook, attempt.attemptId, engine.tagKey())),
  }
}

/** Whether a URL's tag proves that we made it for this attempt. */
export function isTagRight(key: Uint8Array, attemptId: string, tag: string): boolean {
  const right = Buffer.from(tagOf(key, attemptId))
  const given = Buffer.from(tag)
  return right.length === given.length && timingSafeEqual(right, given)
}

function callbackUrl(publicUrl: string, provider: string, hook: string | undefined, attemptId: string, key: Uint8Array): string {
  const path = [publicUrl, 'callbacks', provider, ...(hook === undefined ? [] : [encodeURIComponent(hook)])].join('/')
  return `${path}?attempt=${encodeURIComponent(attemptId)}&tag=${tagOf(key, attemptId)}`
}

/** HMAC-SHA256 under a key made at installation, cut to 128 bits: an attempt id alone is no secret. */
function tagOf(key: Uint8Array, attemptId: string): string {
  return createHmac('sha256', key).update(attemptId).digest().subarray(0, 16).toString('base64url')
}
