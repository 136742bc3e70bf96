import type { CheckRequest } from '../ports/provider.ts'
import { unknownScript } from './http-place.ts'
import { type HttpProviderSettings, scriptTarget } from './http-provider-settings.ts'

/** What the host could never have dialed. Paths are those of the request: `scriptId`, `providerOptions.to`. */
export function checkOverHttp(
  settings: HttpProviderSettings,
  request: CheckRequest,
): readonly { readonly path: string; readonly message: string }[] {
  const isKnown = scriptTarget(settings, request.scriptId) !== null
  const reserved = Object.keys(request.providerOptions).filter((key) => reservedKeys.has(key))
  return [
    ...(isKnown ? [] : [{ path: 'scriptId', message: unknownScript(request.scriptId) }]),
    ...reserved.map((key) => ({ path: `providerOptions.${key}`, message: 'Ebra fills in this key itself.' })),
  ]
}

/** Options are merged last: these would dial another number than the call's, or bind its webhooks to nothing. */
const reservedKeys = new Set(['to', 'callId', 'attemptId', 'callbackUrl'])
