import {
  type AttemptWrite,
  type ClaimedAttempt,
  type ClaimParams,
  type EventKey,
  type Gate,
  parseAttemptId,
  type Turn,
  type TurnResult,
} from '@ebra/core'
import type { PostgresContext } from './context.ts'
import { type GateRecord, gateFromRecord, gateReportToRecord } from './gates.ts'
import { filled, jsonText } from './json-text.ts'
import { parkedEventToRecord } from './parked-events.ts'
import { type AttemptRecord, type CallRecord, callFromRecord, locatedFromRecord } from './rows.ts'

/** Writes and claims: one round trip, one commit. */
export async function commitTurn(context: PostgresContext, turn: Turn): Promise<TurnResult> {
  const result = resultFromAnswer(turn, await context.call<TurnAnswer>('commit_turn', turnToJson(turn)))
  if (leavesWork(turn, result)) context.wake.hint()
  return result
}

/** Whether others could use what the turn freed. One that claimed all that could be claimed leaves nothing to them. */
function leavesWork({ claim, abandoned }: Turn, { applied, claimed, leftToOthers, nextDueInMs }: TurnResult): boolean {
  const freed = applied.filter(({ attempt }) => attempt.status === 'ENDED').length + abandoned.length
  return leftToOthers || freed > claimed.length || (claim !== null && nextDueInMs === 0)
}

interface TurnAnswer {
  readonly now: string
  readonly applied: readonly AttemptRecord[] | null
  readonly claimed: readonly (AttemptRecord & { readonly strikes: number })[] | null
  readonly expired: readonly CallRecord[] | null
  readonly gates: readonly GateRecord[] | null
  readonly closed: readonly string[] | null
  readonly opened: readonly GateRecord[] | null
  readonly may_join: boolean
  readonly left_to_others: boolean | null
  readonly next_due_in_ms: number | null
}

/** What is empty is left out, so that the turn passes over it. */
function turnToJson({ by, writes, abandoned, seen, parked, unparked, gates, expireDue, claim }: Turn): string {
  const writtenIds = new Set(writes.map(({ attemptId }) => attemptId))
  return jsonText({
    process_id: by.processId,
    number: by.number,
    writes: filled(writes.flatMap(writeToRecord)),
    abandoned: filled(abandoned),
    seen: filled(seen.map(keyToRecord)),
    unparked: filled(unparked.map(keyToRecord)),
    parked: filled(parked.map(parkedEventToRecord)),
    gates: filled(gates.map((report) => gateReportToRecord(report, writtenIds))),
    expire_due: expireDue,
    claim: claim === null ? null : claimToRecord(claim),
  })
}

function writeToRecord({ attemptId, revision, next, isSign, checkInMs, call, seen }: AttemptWrite): readonly object[] {
  const parts = parseAttemptId(attemptId)
  if (parts === null) return []
  return [
    {
      call_id: parts.callId,
      number: parts.number,
      revision,
      status: next.status,
      phase: next.phase,
      outcome: next.outcome,
      error: next.error,
      details: next.details,
      put_back: next.putBack,
      provider_call_id: next.providerCallId,
      aliases: filled(next.aliases),
      provider_state: next.providerState,
      is_sign: isSign,
      check_in_ms: checkInMs,
      from_status: call?.from,
      to_status: call?.status,
      call_outcome: call?.outcome,
      last_error: call?.lastError,
      attempts: call?.attempts,
      due_in_ms: call?.dueInMs,
      seen: filled(seen),
    },
  ]
}

function keyToRecord({ provider, eventId }: EventKey): object {
  return { provider, event_id: eventId }
}

function claimToRecord({ limit, beyondShare, sendWindowMs, providers }: ClaimParams): object {
  return {
    limit,
    beyond_share: beyondShare,
    send_window_ms: sendWindowMs,
    providers: providers.map(({ name, placeTimeoutMs, maxConcurrent }) => ({
      name,
      place_timeout_ms: placeTimeoutMs,
      max_concurrent: maxConcurrent,
    })),
  }
}

function resultFromAnswer({ writes }: Turn, answer: TurnAnswer): TurnResult {
  const applied = (answer.applied ?? []).map(locatedFromRecord)
  const appliedIds = new Set(applied.map(({ attempt }) => attempt.attemptId))
  const gates = (answer.gates ?? []).map(gateFromRecord)
  return {
    now: new Date(answer.now),
    applied,
    missed: writes.map(({ attemptId }) => attemptId).filter((id) => !appliedIds.has(id)),
    claimed: (answer.claimed ?? []).map(claimedFromRecord),
    expired: (answer.expired ?? []).map(callFromRecord),
    gates,
    gatesClosed: gates.filter(isNamedBy(answer.closed)),
    gatesOpened: (answer.opened ?? []).map(gateFromRecord),
    mayJoin: answer.may_join,
    leftToOthers: answer.left_to_others ?? false,
    nextDueInMs: answer.next_due_in_ms,
  }
}

function claimedFromRecord(record: AttemptRecord & { readonly strikes: number }): ClaimedAttempt {
  return { ...locatedFromRecord(record), strikes: record.strikes }
}

function isNamedBy(scopes: readonly string[] | null): (gate: Gate) => boolean {
  return ({ scope }) => scopes?.includes(scope) ?? false
}
