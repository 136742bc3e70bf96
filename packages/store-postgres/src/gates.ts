import type { Gate, GateReason, GateReport } from '@ebra/core'
import { parseAttemptId } from '@ebra/core'

/** A gate as the schema's functions answer with it. */
export interface GateRecord {
  readonly scope: string
  readonly reason: GateReason
  readonly code: string
  readonly opens_in_ms: number | null
}

/** Makes a gate of its record. */
export function gateFromRecord({ scope, reason, code, opens_in_ms }: GateRecord): Gate {
  return { id: scope, scope, reason, code, opensInMs: opens_in_ms }
}

/** A report as the schema's functions take it; those whose attempt is among `writtenIds` count only if that write is made. */
export function gateReportToRecord(report: GateReport, writtenIds: ReadonlySet<string>): object {
  const { callId, number } = parseAttemptId(report.attemptId) ?? { callId: null, number: null }
  const dial = { kind: report.kind, comes_with_a_write: writtenIds.has(report.attemptId), call_id: callId, number }
  if (report.kind === 'open') return { ...dial, scopes: report.scopes }
  const { scope, reason, code, retryAfterMs, minMs, maxMs, closesAfter } = report
  return { ...dial, scope, reason, code, retry_after_ms: retryAfterMs, min_ms: minMs, max_ms: maxMs, closes_after: closesAfter }
}
