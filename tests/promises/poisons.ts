import type { BeforeDialResult, Call, PlaceResult, ProviderEvent } from '@ebra/core'

/** Something that goes wrong with one call, wherever it meets the product. */
export interface Poison {
  /** Instead of the answer to its dial. */
  place?(): PlaceResult
  /** Instead of how the webhook of its end is read. */
  readEnd?(end: ProviderEvent): ProviderEvent
  /** Instead of `completed`. */
  readonly outcome?: 'no-answer'
  beforeDial?(): BeforeDialResult
  retry?(): 'final'
  /** A listener of `call.completed`. */
  whenCompleted?(): unknown
  /** The database refuses to write the end of its attempt. */
  readonly isRefusedByDatabase?: true
  /** What becomes of the call itself. */
  readonly fate: Pick<Call, 'status' | 'attempts'>
  /** The reply to the webhook of its end; null: it never gets that far. */
  readonly reply: number | null
}

/** A poison that a platform, a host or a database can hold for one call, each. */
export const poisons: readonly Poison[] = [
  { place: sick, fate: { status: 'IN_PROGRESS', attempts: 1 }, reply: null },
  { place: sickAnswer, fate: { status: 'IN_PROGRESS', attempts: 1 }, reply: null },
  { beforeDial: sick, fate: { status: 'PENDING', attempts: 0 }, reply: null },
  { outcome: 'no-answer', retry: sick, fate: { status: 'FAILED', attempts: 1 }, reply: 200 },
  { readEnd: sick, fate: { status: 'IN_PROGRESS', attempts: 1 }, reply: 400 },
  { readEnd: withSickDetails, fate: { status: 'IN_PROGRESS', attempts: 1 }, reply: 503 },
  { readEnd: withoutState, fate: { status: 'IN_PROGRESS', attempts: 1 }, reply: 503 },
  { isRefusedByDatabase: true, fate: { status: 'IN_PROGRESS', attempts: 1 }, reply: 503 },
  { whenCompleted: sick, fate: { status: 'COMPLETED', attempts: 1 }, reply: 200 },
  { whenCompleted: async () => sick(), fate: { status: 'COMPLETED', attempts: 1 }, reply: 200 },
]

/** The poison that a number stands for; undefined: the number of a healthy call. */
export function poisonOf(to: string): Poison | undefined {
  return to.startsWith(poisonPrefix) ? poisons[Number(to.slice(poisonPrefix.length, poisonPrefix.length + 2))] : undefined
}

/** The number of a call; no two indexes have the same. */
export function numberOf(index: number, poison: Poison | null): string {
  const prefix = poison === null ? '+493000' : prefixOf(poison)
  return `${prefix}${String(index).padStart(6, '0')}`
}

/** What the numbers of all calls with this poison begin with. */
export function prefixOf(poison: Poison): string {
  return `${poisonPrefix}${String(poisons.indexOf(poison)).padStart(2, '0')}`
}

const poisonPrefix = '+4966'

function sick(): never {
  throw new TypeError('poison')
}

/** Details of which one throws when it is read. */
function sickDetails(): object {
  return Object.defineProperty({}, 'durationSec', { enumerable: true, get: sick })
}

function sickAnswer(): PlaceResult {
  return { kind: 'ended', outcome: 'completed', details: sickDetails() }
}

function withSickDetails(end: ProviderEvent): ProviderEvent {
  return { ...end, state: { kind: 'ended', outcome: 'completed', details: sickDetails() } }
}

function withoutState({ state: _, ...end }: ProviderEvent): ProviderEvent {
  return end as ProviderEvent
}
