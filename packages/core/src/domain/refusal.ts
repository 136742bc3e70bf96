/**
 * No ring, for certain: said at once by `place`, or later by an event of an attempt that never rang.
 *
 * - `rejected`: this call, never.
 * - `not-placed`: not this time (unreachable, refused connection).
 * - `throttled`: too many or too fast; nothing under the provider's gate is dialed before `retryAfterMs`.
 * - `blocked`: no credit, a wrong key, a missing assistant, an unverified caller id: never the call's fault.
 */
export type Refusal =
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'not-placed'; readonly code: string; readonly message: string; readonly retryAfterMs?: number }
  | { readonly kind: 'throttled'; readonly code: string; readonly message: string; readonly retryAfterMs?: number }
  | {
      readonly kind: 'blocked'
      readonly scope: 'provider' | 'script' | 'from'
      readonly code: string
      readonly message: string
      readonly retryAfterMs?: number
    }
