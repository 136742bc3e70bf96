import type { AttemptDetails, AttemptPhase } from './attempt.ts'
import type { JsonObject } from './json.ts'
import type { Outcome } from './outcome.ts'
import type { Refusal } from './refusal.ts'

/** Other names of an attempt that came with a fact. */
export interface ProviderIds {
  readonly providerCallId: string | null
  readonly aliases: readonly string[]
}

/** Something that became known of one attempt. The lifecycle decides what it changes. */
export type Fact =
  /** The provider answered that it dials. */
  | ({ readonly kind: 'accepted'; readonly providerState: JsonObject } & ProviderIds)
  /** The request may have left; its answer says nothing, or never came. */
  | { readonly kind: 'unanswered'; readonly message: string }
  /** Certainly no ring, says the provider: the answer to the dial, or an event. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly by: 'dial' | 'event'; readonly details: AttemptDetails }
  /** Certainly no ring, since the host wants it dialed later. */
  | { readonly kind: 'postponed'; readonly reason: string; readonly retryInMs: number }
  /** Certainly no ring, since nothing was sent: it was too late, or the process is stopping. */
  | { readonly kind: 'not-sent'; readonly message: string; readonly retryInMs: number }
  /** Certainly no ring: the provider was asked, late enough, and has no such call. */
  | { readonly kind: 'absent' }
  /** The host withdrew the call before it was dialed. */
  | { readonly kind: 'withdrawn'; readonly reason: string }
  /** The call is queued, rings, or somebody took it. */
  | ({ readonly kind: 'progress'; readonly phase: AttemptPhase; readonly details: AttemptDetails } & ProviderIds)
  /** The call is over. */
  | ({ readonly kind: 'ended'; readonly outcome: Outcome; readonly details: AttemptDetails } & ProviderIds)
  /** More about a call, whether it is over or not. */
  | { readonly kind: 'details'; readonly details: AttemptDetails; readonly outcome: 'voicemail' | null }
  /** The provider was asked and knows nothing new; only the time of the next look moves. */
  | { readonly kind: 'nothing-new' }
  /** Silent since `lastSignAt` for too long, or unknown to the provider that had accepted it. A sign of life since then makes it void. */
  | { readonly kind: 'lost'; readonly message: string; readonly lastSignAt: Date }
  /** The host's verdict on an attempt that nobody could settle. */
  | { readonly kind: 'resolved'; readonly verdict: { readonly ended: Outcome } | 'not-rang' }

/** The name of a fact. */
export type FactKind = Fact['kind']
