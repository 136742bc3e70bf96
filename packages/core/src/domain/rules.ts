import type { RetryPolicy } from './retry.ts'

/** What the lifecycle decides by, beside the record and the fact. */
export interface Rules {
  /** Database time. */
  readonly now: Date
  readonly retry: RetryPolicy
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly staleAfterMs: number
  readonly onLost: { readonly unconfirmed: 'retry' | 'expire' | 'hold'; readonly silent: 'retry' | 'expire' | 'hold' }
  readonly storeDetails: 'all' | 'facts' | 'none'
  /** The first look at a silent attempt, and every further one. */
  readonly reconcile: { readonly afterMs: number; readonly everyMs: number }
  /** Whether the attempt's provider can be asked, by `get`, `find` or a repeat of the same key. */
  readonly canAsk: boolean
  /** Whether an unconfirmed dial of this provider may have been sent again under its key. */
  readonly isRepeated: boolean
  /** False while database time has jumped: then nothing expires. */
  readonly canExpire: boolean
}
