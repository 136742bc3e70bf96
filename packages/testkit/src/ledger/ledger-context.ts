import type { CallBook } from './calls/call-book.ts'
import type { Journal } from './evidence/journal.ts'
import type { LedgerRules } from './options.ts'
import type { WebhookSender } from './webhooks/webhook-sender.ts'

/** What the parts of one running ledger share. */
export interface LedgerContext {
  readonly file: string
  readonly seed: string
  readonly apiKey: string | null
  /** Replaced whole when the conduct changes. */
  rules: LedgerRules
  readonly book: CallBook
  readonly journal: Journal
  readonly sender: WebhookSender
  /** The live calls, by provider call id. */
  readonly lives: Map<string, CallLife>
  readonly closing: AbortSignal
  /** Ends the ledger, from a request. */
  close(): void
}

/** A call from its ring to the last word about it. */
export interface CallLife {
  /** Ends the call as `CANCELED`, unless its end was decided already. */
  hangUp(): void
  /** Stops following the call, which goes on from the file when the ledger starts again. */
  leave(): void
  /** Settles when the end is on the disk, or the call was left. */
  readonly ended: Promise<void>
  /** Settles when its webhooks, too, have been tried once. */
  readonly told: Promise<void>
}
