/**
 * How an attempt ended, in neutral words:
 *
 * - `completed`: a conversation took place; `voicemail`: a machine took it. Both complete the call.
 * - `no-answer`, `busy`, `failed`: worth another attempt.
 * - `rejected`: this call can never work (bad number, bad script). Fails the call at once.
 * - `canceled`: hung up or withdrawn on request. Cancels the call.
 * - `lost`: silent for too long, nobody knows. The host's `onLost` decides.
 */
export type Outcome = (typeof outcomes)[number]

/** Every outcome, in the order in which documents list them. */
export const outcomes = ['completed', 'no-answer', 'busy', 'voicemail', 'failed', 'rejected', 'canceled', 'lost'] as const

/** The outcomes that a retry policy is asked about. */
export type RetryableOutcome = Exclude<Outcome, 'completed' | 'canceled'>
