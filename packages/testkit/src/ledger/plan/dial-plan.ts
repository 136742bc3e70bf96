import type { LedgerRules, Span } from '../options.ts'
import type { CallEnding, EndStatus } from './call-status.ts'
import { endStatuses, isAnswered } from './call-status.ts'
import type { Dial, DialHistory } from './dial.ts'
import { attemptNameOf } from './dial.ts'
import type { Draw } from './draws.ts'
import { drawsFor, pickByShare } from './draws.ts'
import type { MagicEffect } from './magic-numbers.ts'
import { magicEffectOf } from './magic-numbers.ts'
import type { PlaceMode } from './place-modes.ts'
import { placeFaults } from './place-modes.ts'

/** A moment of a call that a webhook tells of. */
export type CallMoment = 'ringing' | 'answered' | 'ended'

/** How a call's webhooks will be told. */
export interface WebhookPlan {
  /** The moments that are told at all, in the order of telling. */
  readonly told: readonly CallMoment[]
  /** Nothing is told before the end. */
  readonly heldBack: boolean
  readonly twice: boolean
  /** The POST is answered after the last of them. */
  readonly early: boolean
  /** The end is told so much after it happened. */
  readonly endDelayMs: number
}

/** What will become of one dial. A plan for a mode that does not ring has an ending that never happens. */
export interface DialPlan {
  readonly mode: PlaceMode
  readonly ending: CallEnding
  readonly webhooks: WebhookPlan
}

/**
 * Decides what becomes of a dial, before anything of it happens.
 *
 * Depends on the seed, the attempt, and how often that very attempt or call was dialed before; never on other calls, nor on time.
 */
export function planDial(dial: Dial, history: DialHistory, rules: LedgerRules, seed: string): DialPlan {
  const draw = drawsFor(seed, attemptNameOf(dial), history.postsOfAttempt)
  const magic = rules.magicNumbers ? magicEffectOf(dial.to, history) : null
  const webhooks = magic === null ? webhooksByShare(rules, draw) : webhooksOfMagic(magic)
  return {
    mode: dial.redirected ? 'normal' : modeOf(rules, magic, draw),
    ending: endingOf(magic?.status ?? statusByWeight(rules, draw), webhooks.early, dial, rules, draw),
    webhooks,
  }
}

function modeOf(rules: LedgerRules, magic: MagicEffect | null, draw: Draw): PlaceMode {
  if (rules.mode !== 'normal') return rules.mode
  if (magic !== null) return magic.mode ?? 'normal'
  const shares = placeFaults.map((fault) => [fault, rules.faults[fault] ?? 0] as const)
  return pickByShare(shares, draw('fault')) ?? 'normal'
}

function statusByWeight({ outcomes }: LedgerRules, draw: Draw): EndStatus {
  const weights = endStatuses.map((status) => [status, outcomes[status] ?? 0] as const)
  const sum = weights.reduce((total, [, weight]) => total + weight, 0)
  return pickByShare(weights, draw('status') * sum) ?? 'COMPLETED'
}

function endingOf(status: EndStatus, isEarly: boolean, dial: Dial, rules: LedgerRules, draw: Draw): CallEnding {
  const ringMs = isEarly ? 0 : lengthIn(rules.ringMs, draw('ring'))
  if (!isAnswered(status)) return { status, ringMs, talkMs: null }
  const talkMs = isEarly ? 0 : lengthIn(rules.durationMs, draw('talk'))
  return { status, ringMs, talkMs: Math.min(talkMs, dial.maxDurationMs ?? talkMs) }
}

function lengthIn(span: Span, share: number): number {
  const [from, to] = typeof span === 'number' ? [span, span] : span
  return Math.round(from + (to - from) * share)
}

function webhooksOfMagic({ webhooks }: MagicEffect): WebhookPlan {
  const isEarly = webhooks === 'early-and-twice'
  return { told: webhooks === 'never' ? [] : naturalOrder, heldBack: false, twice: isEarly, early: isEarly, endDelayMs: 0 }
}

function webhooksByShare({ webhooks }: LedgerRules, draw: Draw): WebhookPlan {
  const happens = (fault: 'never' | 'early' | 'twice' | 'late' | 'shuffled') => draw(fault) < webhooks[fault]
  const isShuffled = happens('shuffled')
  const order = isShuffled ? anotherOrder(draw('order')) : naturalOrder
  const isTold = (moment: CallMoment) => (moment === 'ended' || webhooks.progress) && draw(`dropped ${moment}`) >= webhooks.dropped
  return {
    told: happens('never') ? [] : order.filter(isTold),
    heldBack: isShuffled,
    twice: happens('twice'),
    early: happens('early'),
    endDelayMs: happens('late') ? webhooks.lateMs : 0,
  }
}

const naturalOrder: readonly CallMoment[] = ['ringing', 'answered', 'ended']

function anotherOrder(share: number): readonly CallMoment[] {
  return otherOrders[Math.floor(share * otherOrders.length)] ?? naturalOrder
}

const otherOrders: readonly (readonly CallMoment[])[] = [
  ['ringing', 'ended', 'answered'],
  ['answered', 'ringing', 'ended'],
  ['answered', 'ended', 'ringing'],
  ['ended', 'ringing', 'answered'],
  ['ended', 'answered', 'ringing'],
]
