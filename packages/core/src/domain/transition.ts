import type { AttemptDetails, AttemptPhase } from './attempt.ts'
import { type AttemptNext, type AttemptWrite, type CallMove, type LocatedAttempt, nextOf } from './attempt-write.ts'
import type { Problem } from './call.ts'
import { moveAfterEnd, moveAfterExpiry, moveAfterPutBack, spentAttempts } from './call-moves.ts'
import { checkAfterDoubt, checkAfterSign, checkAgain } from './check-times.ts'
import { learnDetails } from './details.ts'
import type { Fact, ProviderIds } from './facts.ts'
import { lifecycle, type Move, type Standing } from './lifecycle.ts'
import type { Outcome } from './outcome.ts'
import type { Refusal } from './refusal.ts'
import type { Rules } from './rules.ts'

/** What a change means to those who listen. The call's own event follows from the record that was written. */
export type Effect = 'placed' | 'answered' | 'unconfirmed' | 'ended' | 'refined' | 'revived' | 'put-back' | 'postponed'

/** What a fact changes, or why it changes nothing. */
export type Transition =
  | { readonly kind: 'applied'; readonly write: AttemptWrite; readonly effects: readonly Effect[] }
  | { readonly kind: 'ignored'; readonly reason: string }

/**
 * Decides what a fact does to an attempt and its call. Pure: the same record, fact and rules (its randomness included) decide alike, so that a write that lost
 * its race is simply decided again on the newer record. An attempt that is no longer the latest of its call never moves it.
 */
export function transition(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  return moves[lifecycle[standingOf(record)][fact.kind]](record, fact, rules)
}

/** Where an attempt stands for the lifecycle. */
export function standingOf({ attempt }: LocatedAttempt): Standing {
  const isGuess = attempt.status === 'ENDED' && (attempt.outcome === 'lost' || attempt.putBack)
  return isGuess ? 'GUESSED' : attempt.status
}

type MoveFunction = (record: LocatedAttempt, fact: Fact, rules: Rules) => Transition

const moves: Record<Move, MoveFunction> = {
  place: placeAttempt,
  'record-id': recordId,
  doubt: doubtAttempt,
  refuse: refuseAttempt,
  'put-back': putBackAttempt,
  withdraw: withdrawAttempt,
  advance: advanceAttempt,
  end: endAttempt,
  refine: refineAttempt,
  note: noteDetails,
  revive: reviveAttempt,
  'give-up': giveUpAttempt,
  'look-later': lookLater,
  ignore: ignoreFact,
}

function placeAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  const providerState = fact.kind === 'accepted' ? fact.providerState : record.attempt.providerState
  const next = { ...withIds(record, fact), status: 'LIVE', phase: record.attempt.phase ?? 'queued', error: null, providerState } as const
  return apply(record, next, ['placed'], { isSign: true, checkInMs: checkAfterSign(rules) })
}

function recordId(record: LocatedAttempt, fact: Fact): Transition {
  const providerState = fact.kind === 'accepted' ? fact.providerState : record.attempt.providerState
  const next = { ...withIds(record, fact), providerState }
  if (next.providerCallId === record.attempt.providerCallId && next.aliases.length === record.attempt.aliases.length) {
    return ignored('its id is on record')
  }
  return apply(record, next, record.attempt.status === 'LIVE' ? ['placed'] : [], {})
}

function doubtAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  const message = fact.kind === 'unanswered' ? fact.message : 'The dial was not answered.'
  const next = { ...nextOf(record.attempt), status: 'UNCONFIRMED', error: { code: 'unconfirmed', message } } as const
  return apply(record, next, ['unconfirmed'], { checkInMs: checkAfterDoubt(record.attempt, rules) })
}

function refuseAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind !== 'refused') return ignored('not a refusal')
  const problem = { code: fact.refusal.code, message: fact.refusal.message }
  if (hasRung(record)) return settle(record, 'failed', fact.details, problem, rules)
  if (fact.refusal.kind === 'rejected') return settle(record, 'rejected', fact.details, problem, rules)
  return putBack(record, problem, refusalDelayMs(fact.refusal), rules)
}

function putBackAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind === 'not-sent') return putBack(record, { code: 'not-sent', message: fact.message }, fact.retryInMs, rules)
  if (fact.kind === 'postponed') return putBack(record, { code: 'postponed', message: fact.reason }, fact.retryInMs, rules, 'postponed')
  return putBack(record, { code: 'absent', message: 'The provider has no such call: it never rang.' }, 0, rules)
}

function withdrawAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  const message = fact.kind === 'withdrawn' ? fact.reason : 'The host withdrew the call.'
  const problem = { code: 'withdrawn', message }
  const undone = moveAfterPutBack(record, problem, 0, rules)
  const next = { ...nextOf(record.attempt), status: 'ENDED', outcome: null, error: problem, putBack: true } as const
  return apply(record, next, ['put-back'], { call: { ...undone, status: 'CANCELED', dueInMs: null } })
}

function advanceAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind !== 'progress') return ignored('not progress')
  const phase = furthest(record.attempt.phase, fact.phase)
  const isAnswer = phase === 'answered' && record.attempt.phase !== 'answered'
  const next = { ...withIds(record, fact), status: 'LIVE', phase, error: null, details: merge(record, fact.details, rules) } as const
  return apply(record, next, isAnswer ? ['answered'] : [], { isSign: true, checkInMs: checkAfterSign(rules) })
}

function endAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind === 'ended') {
    return settle({ ...record, attempt: { ...record.attempt, ...withIds(record, fact) } }, fact.outcome, fact.details, null, rules)
  }
  if (fact.kind !== 'resolved') return ignored('not an end')
  if (fact.verdict === 'not-rang') return putBack(record, { code: 'not-rang', message: 'Resolved by the host: it never rang.' }, 0, rules)
  return settle(record, fact.verdict.ended, {}, null, rules)
}

function refineAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind !== 'ended' && fact.kind !== 'details') return ignored('not about an end')
  const details = merge(record, fact.details, rules)
  const outcome = refinedOutcome(record, fact)
  const ids = fact.kind === 'ended' ? withIds(record, fact) : nextOf(record.attempt)
  const isIdNew = ids.providerCallId !== record.attempt.providerCallId
  if (details === record.attempt.details && outcome === record.attempt.outcome && !isIdNew) return ignored('nothing new')
  const isCallRefined = record.isLatest && record.call.status === 'COMPLETED' && outcome !== record.call.outcome
  const call = isCallRefined ? { ...stay(record), outcome } : null
  return apply(record, { ...ids, details, outcome }, ['refined'], { call })
}

function noteDetails(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind !== 'details') return ignored('not details')
  const told = fact.outcome === 'voicemail' ? { ...fact.details, answeredBy: 'machine' as const } : fact.details
  const next = { ...nextOf(record.attempt), details: merge(record, told, rules) }
  return apply(record, next, [], { isSign: true, checkInMs: checkAfterSign(rules) })
}

/**
 * A real event of an attempt that we had given up or put back. While no newer attempt has been claimed it corrects the guess: an end settles the call, progress makes a
 * PENDING call IN_PROGRESS again. Otherwise it is noted on the attempt alone.
 */
function reviveAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind === 'ended') {
    const told = { ...record, attempt: { ...record.attempt, ...withIds(record, fact) } }
    const corrected = settle(told, fact.outcome, fact.details, null, rules)
    return corrected.kind === 'applied' ? { ...corrected, effects: ['revived', ...corrected.effects] } : corrected
  }
  const isReopened = record.isLatest && record.call.status === 'PENDING'
  const phase = fact.kind === 'progress' ? furthest(record.attempt.phase, fact.phase) : record.attempt.phase
  const details = fact.kind === 'progress' ? merge(record, fact.details, rules) : record.attempt.details
  if (!isReopened) return noteRevival(record, { ...withIds(record, fact), phase, details })
  const next = {
    ...withIds(record, fact),
    status: 'LIVE',
    phase: phase ?? 'queued',
    details,
    outcome: null,
    error: null,
    putBack: false,
  } as const
  const call = { ...stay(record), status: 'IN_PROGRESS', outcome: null, attempts: spentAttempts(record) } as const
  return apply(record, next, ['revived'], { call, isSign: true, checkInMs: checkAfterSign(rules) })
}

function noteRevival(record: LocatedAttempt, next: AttemptNext): Transition {
  const { attempt } = record
  const isNew = next.providerCallId !== attempt.providerCallId || next.phase !== attempt.phase || next.details !== attempt.details
  return isNew ? apply(record, next, ['revived'], { isSign: true }) : ignored('nothing new of an attempt that was given up')
}

function giveUpAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind !== 'lost' || fact.lastSignAt.getTime() !== record.attempt.lastSignAt.getTime()) return ignored('it has spoken since')
  const problem = { code: 'lost', message: fact.message }
  const choice = record.attempt.status === 'LIVE' ? rules.onLost.silent : rules.onLost.unconfirmed
  if (choice === 'hold')
    return apply(record, { ...nextOf(record.attempt), status: 'HELD', error: problem }, [], { checkInMs: rules.staleAfterMs })
  if (choice === 'retry') return settle(record, 'lost', {}, problem, rules)
  const next = { ...nextOf(record.attempt), status: 'ENDED', outcome: 'lost', error: problem } as const
  return apply(record, next, ['ended'], { call: record.isLatest ? moveAfterExpiry(record, problem) : null })
}

function lookLater(record: LocatedAttempt, _fact: Fact, rules: Rules): Transition {
  return apply(record, nextOf(record.attempt), [], { checkInMs: checkAgain(record.attempt, rules) })
}

function ignoreFact(record: LocatedAttempt, fact: Fact): Transition {
  return ignored(`${fact.kind} says nothing to an attempt that is ${standingOf(record)}`)
}

function settle(record: LocatedAttempt, said: Outcome, told: AttemptDetails, problem: Problem | null, rules: Rules): Transition {
  const details = merge(record, told, rules)
  const outcome = said === 'completed' && (told.answeredBy ?? record.attempt.details.answeredBy) === 'machine' ? 'voicemail' : said
  const error = problem ?? problemOf(outcome, told)
  const next = { ...nextOf(record.attempt), status: 'ENDED', outcome, error, details, putBack: false } as const
  const call = record.isLatest ? moveAfterEnd({ ...record, attempt: { ...record.attempt, outcome, details } }, outcome, error, rules) : null
  return apply(record, next, ['ended'], { call, isSign: true })
}

function putBack(record: LocatedAttempt, problem: Problem, dueInMs: number, rules: Rules, effect: Effect = 'put-back'): Transition {
  const next = { ...nextOf(record.attempt), status: 'ENDED', outcome: null, error: problem, putBack: true } as const
  const call = record.isLatest ? moveAfterPutBack(record, problem, dueInMs, rules) : null
  return apply(record, next, [effect], { call })
}

function apply(
  { attempt }: LocatedAttempt,
  next: AttemptNext,
  effects: readonly Effect[],
  rest: { readonly isSign?: boolean; readonly checkInMs?: number; readonly call?: CallMove | null },
): Transition {
  const { isSign = false, checkInMs = null, call = null } = rest
  return {
    kind: 'applied',
    effects,
    write: { attemptId: attempt.attemptId, revision: attempt.revision, next, isSign, checkInMs, call, seen: [] },
  }
}

function ignored(reason: string): Transition {
  return { kind: 'ignored', reason }
}

function stay({ call }: LocatedAttempt): CallMove {
  return {
    from: call.status,
    status: call.status,
    outcome: call.outcome,
    lastError: call.lastError,
    attempts: call.attempts,
    dueInMs: null,
  }
}

function merge({ attempt }: LocatedAttempt, told: AttemptDetails, rules: Rules): AttemptDetails {
  return learnDetails(attempt.details, told, rules.storeDetails)
}

function withIds({ attempt }: LocatedAttempt, fact: Fact): AttemptNext {
  const ids: ProviderIds = 'aliases' in fact ? fact : { providerCallId: null, aliases: [] }
  const known = attempt.providerCallId ?? ids.providerCallId
  const others = [...ids.aliases, ...(ids.providerCallId === null ? [] : [ids.providerCallId])].filter((id) => id !== known)
  return { ...nextOf(attempt), providerCallId: known, aliases: [...new Set([...attempt.aliases, ...others])].slice(0, maxAliases) }
}

const maxAliases = 8

const phases: readonly AttemptPhase[] = ['queued', 'ringing', 'answered']

function furthest(before: AttemptPhase | null, now: AttemptPhase): AttemptPhase {
  return before !== null && phases.indexOf(before) > phases.indexOf(now) ? before : now
}

function hasRung({ attempt }: LocatedAttempt): boolean {
  return attempt.phase === 'ringing' || attempt.phase === 'answered'
}

function refusalDelayMs(refusal: Exclude<Refusal, { kind: 'rejected' }>): number {
  return refusal.retryAfterMs ?? 1_000
}

function refinedOutcome({ attempt }: LocatedAttempt, fact: Fact): Outcome | null {
  const isMachine = (fact.kind === 'details' && fact.outcome === 'voicemail') || (fact.kind === 'ended' && fact.outcome === 'voicemail')
  return isMachine && attempt.outcome === 'completed' ? 'voicemail' : attempt.outcome
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
