import { isDeepStrictEqual } from 'node:util'
import {
  apply,
  furthest,
  ignored,
  merge,
  pickEnd,
  putBack,
  refinedOutcome,
  settle,
  stay,
  type Transition,
  toldOf,
  withAnswer,
  withIds,
} from './attempt-steps.ts'
import { type AttemptNext, type LocatedAttempt, nextOf } from './attempt-write.ts'
import type { Problem } from './call.ts'
import { moveAfterExpiry, moveAfterPutBack, spentAttempts } from './call-moves.ts'
import { checkAfterDoubt, checkAfterSign, checkAgain } from './check-times.ts'
import type { Fact } from './facts.ts'
import { lifecycle, type Move, type Standing } from './lifecycle.ts'
import type { Refusal } from './refusal.ts'
import type { Rules } from './rules.ts'

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
  const next = { ...withAnswer(record, fact), status: 'LIVE', error: null } as const
  return apply(record, next, ['placed'], { isSign: true, checkInMs: checkAfterSign(rules) })
}

function recordId(record: LocatedAttempt, fact: Fact): Transition {
  const next = withAnswer(record, fact)
  return isDeepStrictEqual(next, nextOf(record.attempt)) ? ignored('its id is on record') : apply(record, next, [], {})
}

function doubtAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  const message = fact.kind === 'unanswered' ? fact.message : 'The dial was not answered.'
  const next = { ...nextOf(record.attempt), status: 'UNCONFIRMED', error: { code: 'unconfirmed', message } } as const
  return apply(record, next, ['unconfirmed'], { checkInMs: checkAfterDoubt(record.attempt, rules) })
}

function refuseAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind !== 'refused') return ignored('not a refusal')
  if (isDoubtful(record, fact.by, rules)) return ignored('a repeat under the same key may have been accepted since')
  const problem = { code: fact.refusal.code, message: fact.refusal.message }
  if (hasRung(record)) return settle(record, 'failed', fact.details, problem, rules)
  if (fact.refusal.kind === 'rejected') return settle(record, 'rejected', fact.details, problem, rules)
  return putBack(record, problemOfRefusal(fact.refusal), refusalDelayMs(fact.refusal), rules)
}

/** What the first request was told says nothing of a repeat that another worker may have sent since; once it is LIVE, it may be the repeat that was accepted. */
function isDoubtful({ attempt }: LocatedAttempt, by: 'dial' | 'event', rules: Rules): boolean {
  return by === 'dial' && rules.isRepeated && attempt.status !== 'PLACING'
}

function putBackAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind === 'not-sent') {
    if (isDoubtful(record, 'dial', rules)) return ignored('another worker may have sent it since')
    return putBack(record, { code: 'not-sent', message: fact.message }, fact.retryInMs, rules)
  }
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
  const effects = [...(record.attempt.status === 'LIVE' ? [] : (['placed'] as const)), ...(isAnswer ? (['answered'] as const) : [])]
  return apply(record, next, effects, { isSign: true, checkInMs: checkAfterSign(rules) })
}

function endAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind === 'ended') {
    return settle({ ...record, attempt: { ...record.attempt, ...withIds(record, fact) } }, fact.outcome, fact.details, null, rules)
  }
  if (fact.kind !== 'resolved') return ignored('not an end')
  if (fact.verdict === 'not-rang') return putBack(record, { code: 'not-rang', message: 'Resolved by the host: it never rang.' }, 0, rules)
  return settle(record, fact.verdict.ended, {}, null, rules)
}

/** What comes after the end fills gaps and corrects facts; when it ended, and what was known of its course, stays. */
function refineAttempt(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind !== 'ended' && fact.kind !== 'details' && fact.kind !== 'progress') return ignored('not about an end')
  const { attempt } = record
  const kept = fact.kind === 'progress' ? attempt.details : pickEnd(attempt.details)
  const details = merge(record, { ...toldOf(fact), ...kept }, rules)
  const outcome = refinedOutcome(attempt.outcome, fact, details)
  const phase = fact.kind === 'progress' ? furthest(attempt.phase, fact.phase) : attempt.phase
  const next = { ...withIds(record, fact), details, outcome, phase }
  if (isDeepStrictEqual(next, nextOf(attempt))) return ignored('nothing new')
  const isCallRefined = record.isLatest && record.call.status === 'COMPLETED' && outcome !== record.call.outcome
  return apply(record, next, ['refined'], { call: isCallRefined ? { ...stay(record), outcome } : null })
}

function noteDetails(record: LocatedAttempt, fact: Fact, rules: Rules): Transition {
  if (fact.kind !== 'details') return ignored('not details')
  const next = { ...nextOf(record.attempt), details: merge(record, toldOf(fact), rules) }
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
  if (isRefusedForGood(record) && (fact.kind === 'accepted' || (fact.kind === 'progress' && fact.phase === 'queued'))) {
    return ignored('the provider itself refused it since')
  }
  const isReopened = record.isLatest && record.call.status === 'PENDING'
  const named = withAnswer(record, fact)
  const phase = fact.kind === 'progress' ? furthest(named.phase, fact.phase) : named.phase
  const details = fact.kind === 'progress' ? merge(record, fact.details, rules) : named.details
  if (!isReopened) return noteRevival(record, { ...named, phase, details })
  const next = {
    ...named,
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

/** An answer that was overtaken by the provider's own refusal is no news; a phone that rings is. */
function isRefusedForGood({ attempt }: LocatedAttempt): boolean {
  return attempt.putBack && (attempt.error?.code === 'throttled' || attempt.error?.code === 'blocked')
}

function noteRevival(record: LocatedAttempt, next: AttemptNext): Transition {
  const { attempt } = record
  const isNews = next.providerCallId !== attempt.providerCallId || next.phase !== attempt.phase || next.details !== attempt.details
  if (isNews) return apply(record, next, ['revived'], { isSign: true })
  return isDeepStrictEqual(next, nextOf(attempt)) ? ignored('nothing new of an attempt that was given up') : apply(record, next, [], {})
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

function hasRung({ attempt }: LocatedAttempt): boolean {
  return attempt.phase === 'ringing' || attempt.phase === 'answered'
}

/** Whose word a put-back was is kept in its code, the platform's own in its message. */
function problemOfRefusal({ kind, code, message }: Refusal): Problem {
  return { code: kind, message: `${code}: ${message}` }
}

function refusalDelayMs(refusal: Exclude<Refusal, { kind: 'rejected' }>): number {
  return refusal.retryAfterMs ?? 1_000
}
