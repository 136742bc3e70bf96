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
import { type Field, jsonField, rowsText } from './row-text.ts'
import { type AttemptRecord, type CallRecord, callFromRecord, locatedFromRecord } from './rows.ts'

/** Writes and claims: one round trip, one commit. */
export async function commitTurn(context: PostgresContext, turn: Turn): Promise<TurnResult> {
  const rows = rowsText(turn.writes.flatMap(writeToRow))
  const answer = await context.call<TurnAnswer>('commit_turn', turnToJson(turn), rows)
  const result = resultFromAnswer(turn, answer)
  if (leavesWork(turn, result)) context.wake.hint()
  return result
}

/** Whether others could use what the turn freed. One that claimed all that could be claimed leaves nothing to them. */
function leavesWork({ writes, claim, abandoned }: Turn, { missed, claimed, leftToOthers, nextDueInMs }: TurnResult): boolean {
  const ended = writes.filter(({ attemptId, next }) => next.status === 'ENDED' && !missed.includes(attemptId))
  return leftToOthers || ended.length + abandoned.length > claimed.length || (claim !== null && nextDueInMs === 0)
}

interface TurnAnswer {
  readonly now: string
  /** Ids of the attempts that were written; null: all of them. */
  readonly written: readonly string[] | null
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
    abandoned: filled(abandoned),
    seen: filled(seen.map(keyToRecord)),
    unparked: filled(unparked.map(keyToRecord)),
    parked: filled(parked.map(parkedEventToRecord)),
    gates: filled(gates.map((report) => gateReportToRecord(report, writtenIds))),
    expire_due: expireDue,
    claim: claim === null ? null : claimToRecord(claim),
  })
}

/** The fields of `attempt_write`, in their order. */
function writeToRow({ attemptId, revision, next, isSign, checkInMs, call, seen, namedBy }: AttemptWrite): readonly (readonly Field[])[] {
  const parts = parseAttemptId(attemptId)
  if (parts === null) return []
  const move = [call?.from, call?.status, call?.outcome, jsonField(call?.lastError), call?.attempts, wholeMs(call?.dueInMs)]
  return [
    [
      parts.callId,
      parts.number,
      revision,
      next.status,
      next.phase,
      next.outcome,
      jsonField(next.error),
      jsonField(next.details),
      next.putBack,
      next.providerCallId,
      filled(next.aliases),
      jsonField(next.providerState),
      isSign,
      wholeMs(checkInMs),
      ...move,
      filled(seen),
      filled(namedBy),
    ],
  ]
}

/** A part of a millisecond counts as one, so that nothing is due too early. */
function wholeMs(ms: number | null | undefined): number | null {
  return ms == null ? null : Math.ceil(ms)
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
  const written = answer.written === null ? null : new Set(answer.written)
  const gates = (answer.gates ?? []).map(gateFromRecord)
  return {
    now: new Date(answer.now),
    missed: writes.map(({ attemptId }) => attemptId).filter((id) => written?.has(id) === false || parseAttemptId(id) === null),
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
