import type { AttemptStatus } from './attempt.ts'
import type { FactKind } from './facts.ts'

/**
 * What a fact does to an attempt:
 *
 * - `place`: LIVE, the provider's id is on record.
 * - `record-id`: the provider's id is noted, nothing moves.
 * - `doubt`: UNCONFIRMED.
 * - `refuse`: put back, or ended `rejected`; once it rang, ended `failed`.
 * - `put-back`: ended without having been dialed; the call is PENDING again and nothing is spent.
 * - `withdraw`: ended without having been dialed; the call is CANCELED.
 * - `advance`: LIVE, with its phase.
 * - `end`: ended with its outcome; the call moves on.
 * - `refine`: details, the phase it had reached and, from completed to voicemail, the outcome of an ended attempt.
 * - `note`: details of a live attempt.
 * - `revive`: a guess of ours is corrected, see `reviveAttempt`.
 * - `give-up`: lost: retried, expired or held, as the host chose.
 * - `look-later`: only the time of the next look moves.
 * - `ignore`: it changes nothing.
 */
export type Move =
  | 'place'
  | 'record-id'
  | 'doubt'
  | 'refuse'
  | 'put-back'
  | 'withdraw'
  | 'advance'
  | 'end'
  | 'refine'
  | 'note'
  | 'revive'
  | 'give-up'
  | 'look-later'
  | 'ignore'

/** Where an attempt stands for the lifecycle: `GUESSED` is an ended one whose end was our guess (lost, or put back), not the provider's word. */
export type Standing = AttemptStatus | 'GUESSED'

/** The lifecycle of an attempt: every fact in every standing. The diagram in `docs/call-lifecycle.md` is made from it. */
export const lifecycle = {
  PLACING: {
    accepted: 'place',
    unanswered: 'doubt',
    refused: 'refuse',
    postponed: 'put-back',
    'not-sent': 'put-back',
    absent: 'ignore',
    withdrawn: 'withdraw',
    progress: 'advance',
    ended: 'end',
    details: 'note',
    'nothing-new': 'look-later',
    lost: 'give-up',
    resolved: 'ignore',
  },
  LIVE: {
    accepted: 'record-id',
    unanswered: 'ignore',
    refused: 'refuse',
    postponed: 'ignore',
    'not-sent': 'ignore',
    absent: 'ignore',
    withdrawn: 'ignore',
    progress: 'advance',
    ended: 'end',
    details: 'note',
    'nothing-new': 'look-later',
    lost: 'give-up',
    resolved: 'ignore',
  },
  UNCONFIRMED: {
    accepted: 'place',
    unanswered: 'ignore',
    refused: 'refuse',
    postponed: 'ignore',
    'not-sent': 'put-back',
    absent: 'put-back',
    withdrawn: 'ignore',
    progress: 'advance',
    ended: 'end',
    details: 'note',
    'nothing-new': 'look-later',
    lost: 'give-up',
    resolved: 'end',
  },
  HELD: {
    accepted: 'place',
    unanswered: 'ignore',
    refused: 'refuse',
    postponed: 'ignore',
    'not-sent': 'ignore',
    absent: 'put-back',
    withdrawn: 'ignore',
    progress: 'advance',
    ended: 'end',
    details: 'note',
    'nothing-new': 'look-later',
    lost: 'ignore',
    resolved: 'end',
  },
  GUESSED: {
    accepted: 'revive',
    unanswered: 'ignore',
    refused: 'ignore',
    postponed: 'ignore',
    'not-sent': 'ignore',
    absent: 'ignore',
    withdrawn: 'ignore',
    progress: 'revive',
    ended: 'revive',
    details: 'refine',
    'nothing-new': 'ignore',
    lost: 'ignore',
    resolved: 'ignore',
  },
  ENDED: {
    accepted: 'record-id',
    unanswered: 'ignore',
    refused: 'ignore',
    postponed: 'ignore',
    'not-sent': 'ignore',
    absent: 'ignore',
    withdrawn: 'ignore',
    progress: 'refine',
    ended: 'refine',
    details: 'refine',
    'nothing-new': 'ignore',
    lost: 'ignore',
    resolved: 'ignore',
  },
} as const satisfies Record<Standing, Record<FactKind, Move>>
