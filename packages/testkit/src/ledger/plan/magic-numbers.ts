import type { EndStatus } from './call-status.ts'
import type { DialHistory } from './dial.ts'
import type { PlaceMode } from './place-modes.ts'

/** What a magic number settles about a call; what it leaves out is as on a good day. */
export interface MagicEffect {
  readonly mode?: PlaceMode
  readonly status?: EndStatus
  readonly webhooks?: 'never' | 'early-and-twice'
}

/**
 * What the last four digits of a number mean, whatever the weights and the faults:
 *
 * | number | effect |
 * |---|---|
 * | `…0001` | nobody answers |
 * | `…0002` | busy |
 * | `…0003` | rejected by the answer to the POST, 422 |
 * | `…0004` | fails twice, then completes |
 * | `…0005` | voicemail |
 * | `…0006` | rings, and the POST is never answered; asked again with the same key, it is |
 * | `…0007` | completes, and no webhook ever comes |
 * | `…0008` | every webhook comes twice, and before the answer to the POST |
 * | `…0009` | throttled once |
 *
 * Null for every other number.
 */
export function magicEffectOf(to: string, history: DialHistory): MagicEffect | null {
  switch (to.slice(-4)) {
    case '0001':
      return { status: 'NO_ANSWER' }
    case '0002':
      return { status: 'BUSY' }
    case '0003':
      return { mode: 'reject' }
    case '0004':
      return { status: history.ringsOfCall < 2 ? 'FAILED' : 'COMPLETED' }
    case '0005':
      return { status: 'VOICEMAIL' }
    case '0006':
      return { mode: history.postsOfAttempt === 0 ? 'ringThenHang' : 'normal' }
    case '0007':
      return { webhooks: 'never' }
    case '0008':
      return { webhooks: 'early-and-twice' }
    case '0009':
      return { mode: history.postsOfCall === 0 ? 'throttle' : 'normal' }
    default:
      return null
  }
}
