import type { AttemptDetails, AttemptPhase } from './attempt.ts'
import { type AttemptNext, type AttemptWrite, type CallMove, type LocatedAttempt, nextOf } from './attempt-write.ts'
import type { Problem } from './call.ts'
import { moveAfterEnd, moveAfterPutBack } from './call-moves.ts'
import { learnDetails } from './details.ts'
import type { Fact, ProviderIds } from './facts.ts'
import type { Outcome } from './outcome.ts'
import type { Rules } from './rules.ts'

/** What a change means to those who listen. The call's own event follows from the record that was written. */
export type Effect = 'placed' | 'answered' | 'unconfirmed' | 'ended' | 'refined' | 'revived' | 'put-back' | 'postponed'

/** What a fact changes, or why it changes nothing. */
export type Transition =
  | { readonly kind: 'applied'; readonly write: AttemptWrite; readonly effects: readonly Effect[] }
  | { readonly kind: 'ignored'; readonly reason: string }

/** Ends an attempt with what the provider said, and moves its call on. */
export function settle(record: LocatedAttempt, said: Outcome, told: AttemptDetails, problem: Problem | null, rules: Rules): Transition {
  const details = merge(record, told, rules)
  const outcome = said === 'completed' && (told.answeredBy ?? record.attempt.details.answeredBy) === 'machine' ? 'voicemail' : said
  const error = problem ?? problemOf(outcome, told)
  const next = { ...nextOf(record.attempt), status: 'ENDED', outcome, error, details, putBack: false } as const
  const call = record.isLatest ? moveAfterEnd({ ...record, attempt: { ...record.attempt, outcome, details } }, outcome, error, rules) : null
  return apply(record, next, ['ended'], { call, isSign: said !== 'lost' })
}

/** Ends an attempt that surely reached no phone; its call is due again. */
export function putBack(record: LocatedAttempt, problem: Problem, dueInMs: number, rules: Rules, effect: Effect = 'put-back'): Transition {
  const next = { ...nextOf(record.attempt), status: 'ENDED', outcome: null, error: problem, putBack: true } as const
  const call = record.isLatest ? moveAfterPutBack(record, problem, dueInMs, rules) : null
  return apply(record, next, [effect], { call })
}

/** A write of the attempt’s next columns, guarded by the revision it was decided on. */
export function apply(
  { attempt }: LocatedAttempt,
  next: AttemptNext,
  effects: readonly Effect[],
  rest: { readonly isSign?: boolean; readonly checkInMs?: number; readonly call?: CallMove | null },
): Transition {
  const { isSign = false, checkInMs = null, call = null } = rest
  return {
    kind: 'applied',
    effects,
    write: { attemptId: attempt.attemptId, revision: attempt.revision, next, isSign, checkInMs, call, seen: [], namedBy: [] },
  }
}

/** Nothing changes, and why. */
export function ignored(reason: string): Transition {
  return { kind: 'ignored', reason }
}

/** The call stays as it is. */
export function stay({ call }: LocatedAttempt): CallMove {
  return {
    from: call.status,
    status: call.status,
    outcome: call.outcome,
    lastError: call.lastError,
    attempts: call.attempts,
    dueInMs: null,
  }
}

/** What is known of the attempt once `told` is known too. */
export function merge({ attempt }: LocatedAttempt, told: AttemptDetails, rules: Rules): AttemptDetails {
  return learnDetails(attempt.details, told, rules.storeDetails)
}

/** The attempt’s columns with the names that came with a fact. The id that the answer to the dial gives is the one to ask by, else the first that is heard of; every other is an alias. */
export function withIds({ attempt }: LocatedAttempt, fact: Fact): AttemptNext {
  const ids: ProviderIds = 'aliases' in fact ? fact : { providerCallId: null, aliases: [] }
  const known = (fact.kind === 'accepted' ? fact.providerCallId : null) ?? attempt.providerCallId ?? ids.providerCallId
  const others = [attempt.providerCallId, ...ids.aliases, ids.providerCallId].filter((id) => id !== null)
  const aliases = [...new Set([...attempt.aliases, ...others])].filter((id) => id !== known)
  return { ...nextOf(attempt), providerCallId: known, aliases: aliases.slice(0, maxAliases) }
}

/** The attempt’s columns with what the answer to its dial tells, also when it comes after the provider's events. Any other fact only names it. */
export function withAnswer(record: LocatedAttempt, fact: Fact): AttemptNext {
  const named = withIds(record, fact)
  return fact.kind === 'accepted' ? { ...named, phase: named.phase ?? 'queued', providerState: fact.providerState } : named
}

const maxAliases = 8

const phases: readonly AttemptPhase[] = ['queued', 'ringing', 'answered']

/** The later of two phases. */
export function furthest(before: AttemptPhase | null, now: AttemptPhase): AttemptPhase {
  return before !== null && phases.indexOf(before) > phases.indexOf(now) ? before : now
}

/** What a fact tells of the course of the call: that it was a voicemail means that a machine took it. */
export function toldOf(fact: Fact & { readonly kind: 'progress' | 'ended' | 'details' }): AttemptDetails {
  return fact.kind === 'details' && fact.outcome === 'voicemail' ? { ...fact.details, answeredBy: 'machine' } : fact.details
}

/** Completed becomes voicemail once a machine is known to have answered, by an event or an analysis. */
export function refinedOutcome(outcome: Outcome | null, fact: Fact, details: AttemptDetails): Outcome | null {
  if (outcome !== 'completed') return outcome
  const isTold = (fact.kind === 'details' || fact.kind === 'ended') && fact.outcome === 'voicemail'
  return isTold || details.answeredBy === 'machine' ? 'voicemail' : outcome
}

/** When it ended, which no later event changes. */
export function pickEnd({ endedAt }: AttemptDetails): AttemptDetails {
  return endedAt === undefined ? {} : { endedAt }
}

function problemOf(outcome: Outcome, told: AttemptDetails): Problem | null {
  if (outcome === 'completed' || outcome === 'voicemail') return null
  return { code: outcome, message: told.reason ?? defaultReasons[outcome] }
}

const defaultReasons = {
  'no-answer': 'Nobody answered.',
  busy: 'The line was busy.',
  failed: 'The call failed.',
  rejected: 'The provider rejected the call.',
  canceled: 'The call was canceled.',
  lost: 'Nothing was heard of it for too long.',
} as const
