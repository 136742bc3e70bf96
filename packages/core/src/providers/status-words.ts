import type { AttemptDetails } from '../domain/attempt.ts'
import type { AttemptState } from '../ports/provider.ts'

/** What a platform of the generic protocol says of one call, beside its status. */
export interface StatusFacts {
  readonly details: AttemptDetails
  /** Whether it came with `completedAt` or `durationSec`: an unknown word is the end of a call then. */
  readonly isOver: boolean
  readonly error: { readonly code?: string; readonly message?: string } | null
}

/**
 * The meaning of a status word of the generic protocol, whatever its case, with `-`, `_` or spaces:
 *
 * | word | meaning |
 * |---|---|
 * | `QUEUED`, `RINGING`, `IN_PROGRESS` | progress, never an end |
 * | `COMPLETED`, `NO_ANSWER`, `BUSY`, `VOICEMAIL`, `FAILED`, `CANCELED` | how it ended |
 * | `REJECTED` | refused for good; a failure if it rang before |
 * | any other | kept as the reason: a failure worth another attempt if the call is over, else progress |
 */
export function stateFromStatus(word: string, facts: StatusFacts): AttemptState {
  const meaning = meanings.get(
    word
      .trim()
      .toUpperCase()
      .replaceAll(/[\s-]+/g, '_'),
  )
  if (meaning === undefined) return stateFromUnknownWord(word, facts)
  switch (meaning.kind) {
    case 'live':
      return { ...meaning, details: soFar(facts.details) }
    case 'ended':
      return { ...meaning, details: withReason(facts, []) }
    case 'rejected':
      return { kind: 'refused', refusal: { kind: 'rejected', ...rejection(facts) } }
  }
}

type Meaning =
  | Pick<Extract<AttemptState, { kind: 'live' }>, 'kind' | 'phase'>
  | Pick<Extract<AttemptState, { kind: 'ended' }>, 'kind' | 'outcome'>
  | { readonly kind: 'rejected' }

const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['QUEUED', { kind: 'live', phase: 'queued' }],
  ['RINGING', { kind: 'live', phase: 'ringing' }],
  ['IN_PROGRESS', { kind: 'live', phase: 'answered' }],
  ['COMPLETED', { kind: 'ended', outcome: 'completed' }],
  ['FAILED', { kind: 'ended', outcome: 'failed' }],
  ['BUSY', { kind: 'ended', outcome: 'busy' }],
  ['NO_ANSWER', { kind: 'ended', outcome: 'no-answer' }],
  ['VOICEMAIL', { kind: 'ended', outcome: 'voicemail' }],
  ['CANCELED', { kind: 'ended', outcome: 'canceled' }],
  ['CANCELLED', { kind: 'ended', outcome: 'canceled' }],
  ['REJECTED', { kind: 'rejected' }],
])

function stateFromUnknownWord(word: string, facts: StatusFacts): AttemptState {
  const details = withReason(facts, [word])
  return facts.isOver ? { kind: 'ended', outcome: 'failed', details } : { kind: 'live', phase: 'queued', details }
}

/** A call that goes on has no end yet, whatever the platform filled in. */
function soFar({ endedAt: _endedAt, durationSec: _durationSec, ...details }: AttemptDetails): AttemptDetails {
  return details
}

function withReason({ details, error }: StatusFacts, words: readonly string[]): AttemptDetails {
  const reason = [...words, error?.code, error?.message].filter((part) => part !== undefined).join(': ')
  return reason === '' ? details : { ...details, reason }
}

function rejection({ error }: StatusFacts): { readonly code: string; readonly message: string } {
  return { code: error?.code ?? 'REJECTED', message: error?.message ?? 'The provider rejected the call.' }
}
