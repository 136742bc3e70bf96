import type { Attempt } from '../../domain/attempt.ts'

/** An attempt as a list shows it: these keys, in this order, and no others. What never became known is null. */
export function attemptToJson(attempt: Attempt) {
  const { details } = attempt
  return {
    id: attempt.attemptId,
    number: attempt.attemptNumber,
    status: attempt.status,
    to: attempt.to,
    scriptId: attempt.scriptId,
    provider: attempt.provider,
    providerCallId: attempt.providerCallId,
    outcome: attempt.outcome,
    reason: details.reason ?? null,
    error: attempt.error,
    answeredBy: details.answeredBy ?? null,
    startedAt: attempt.startedAt,
    answeredAt: details.answeredAt ?? null,
    endedAt: attempt.endedAt,
    durationSec: details.durationSec ?? null,
    cost: details.cost ?? null,
    recordingUrl: details.recordingUrl ?? null,
    summary: details.summary ?? null,
    data: details.data ?? null,
  }
}

/** The same with its transcript, which can be long. */
export function attemptWithTranscriptToJson(attempt: Attempt) {
  return { ...attemptToJson(attempt), transcript: attempt.details.transcript ?? null }
}
