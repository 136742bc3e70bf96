import type { DialRequest, PlacedAttempt } from '../domain/attempt.ts'
import { ConfigurationError } from '../errors.ts'
import type { HttpOperation } from './http-provider-options.ts'
import type { HttpProviderSettings } from './http-provider-settings.ts'

/** Where a request of the generic protocol goes, and its headers but for those of one operation alone. */
export interface HttpEndpoint {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/** The address and headers of an operation, with what the host's mapping makes of them. Throws what the mapping throws. */
export function endpointOf(settings: HttpProviderSettings, operation: HttpOperation, attempt: DialRequest | PlacedAttempt): HttpEndpoint {
  const path = settings.map.path?.(operation, attempt) ?? defaultPath(operation, attempt)
  if (!path.startsWith('/')) throw new ConfigurationError(`map.path must answer a path that starts with "/", got ${JSON.stringify(path)}.`)
  return { url: new URL(settings.baseUrl + path), headers: headersOf(settings, operation, attempt) }
}

function defaultPath(operation: HttpOperation, attempt: DialRequest | PlacedAttempt): string {
  const call = `/calls/${encodeURIComponent('providerCallId' in attempt ? String(attempt.providerCallId) : '')}`
  switch (operation) {
    case 'place':
      return '/calls'
    case 'get':
      return call
    case 'find':
      return `/calls?attemptId=${encodeURIComponent(attempt.attemptId)}`
    case 'hangUp':
      return `${call}/cancel`
  }
}

function headersOf({ authorization, map }: HttpProviderSettings, operation: HttpOperation, attempt: DialRequest | PlacedAttempt) {
  const mapped = Object.entries(map.headers?.(operation, attempt) ?? {}).map(([name, value]) => [name.toLowerCase(), value])
  return {
    accept: 'application/json',
    ...(authorization !== null && { authorization }),
    ...(operation === 'place' && { 'content-type': 'application/json', 'idempotency-key': attempt.attemptId }),
    ...Object.fromEntries(mapped),
  }
}
