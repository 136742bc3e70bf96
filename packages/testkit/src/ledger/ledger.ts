import type { CallCounts } from './calls/call-book.ts'
import type { DoubleRing, OverlappingRings } from './evidence/judge.ts'
import type { LedgerReport } from './evidence/report.ts'
import type { LedgerConduct } from './options.ts'
import type { WebhookCounts } from './webhooks/webhook-sender.ts'

/** How far a ledger is, at a glance: cheap enough to be asked again and again. */
export interface LedgerSummary extends CallCounts {
  readonly webhooks: WebhookCounts
}

/** A ring ledger: a platform to dial through, and the witness of every ring. */
export interface Ledger extends AsyncDisposable {
  /** What a provider takes as its base URL. */
  readonly url: string
  /** The append-only file. Outlives a ledger that was killed, and `close()` where the options named it. */
  readonly file: string
  summary(): Promise<LedgerSummary>
  /** Everything on the disk so far, which is everything that was answered. Works after the ledger's end too, while its file exists. */
  report(): Promise<LedgerReport>
  /** Attempts that rang more than once. */
  doubleRings(): Promise<readonly DoubleRing[]>
  /** Calls that rang while they were live. */
  overlappingCalls(): Promise<readonly OverlappingRings[]>
  /** The highest number of calls that were live at the same time. */
  maxLive(): Promise<number>
  /**
   * Behaves otherwise from the next request on.
   *
   * @throws LedgerOptionsError
   */
  switchTo(change: LedgerConduct): Promise<void>
  /** Answers nothing more, breaks the connections it has, drops webhooks still to be sent. Calls that are live stay so in the file. */
  close(): Promise<void>
  /** Settles when the ledger has ended, by whomever. */
  readonly closed: Promise<void>
}
