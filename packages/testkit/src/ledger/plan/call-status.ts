/** Every way a call ends, in the words of the protocol. */
export const endStatuses = ['COMPLETED', 'VOICEMAIL', 'NO_ANSWER', 'BUSY', 'FAILED', 'REJECTED', 'CANCELED'] as const

/** How a call ended. `COMPLETED` and `VOICEMAIL` were answered, the others only rang. */
export type EndStatus = (typeof endStatuses)[number]

/** Where a call stands, as look-ups and webhooks say it. */
export type CallStatus = 'RINGING' | 'IN_PROGRESS' | EndStatus

/** What the ledger has decided about the length and the end of a call, when it rang. */
export interface CallEnding {
  readonly status: EndStatus
  /** From the ring to the answer, or to the end of a call that nobody answers. */
  readonly ringMs: number
  /** From the answer to the end; null where nobody answers. */
  readonly talkMs: number | null
}

/** Whether a call that ends so was answered first. */
export function isAnswered(status: EndStatus): boolean {
  return status === 'COMPLETED' || status === 'VOICEMAIL'
}
