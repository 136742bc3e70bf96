import type { Attempt } from '../domain/attempt.ts'
import type { LocatedAttempt } from '../domain/attempt-write.ts'
import type { Call, CallStatus } from '../domain/call.ts'
import type { Gate } from '../domain/gate.ts'
import type { JsonObject, Variables } from '../domain/json.ts'
import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'
import type { LookUp, LookUpKeys, ParkedEvent, Turn, TurnResult } from './turn.ts'

/** A call as core hands it to a store: checked, complete, not yet dated. */
export interface NewCall {
  readonly id: string
  readonly tenant: string | null
  readonly to: string
  readonly from: string | null
  readonly scriptId: string
  readonly variables: Variables
  readonly metadata: JsonObject
  readonly provider: string | null
  readonly providerOptions: Readonly<Record<string, JsonObject>>
  readonly priority: number
  readonly exclusive: boolean
  readonly maxAttempts: number
  readonly retryOf: string | null
  readonly scheduledAt: Date | null
  readonly expiresAt: Date | null
  /** `fingerprint` tells the same input from other input under one key. */
  readonly idempotency: { readonly key: string; readonly fingerprint: string } | null
}

/** What became of one new call. A `replayed` call is the one that already bears the key, as it is now. */
export type InsertResult =
  | { readonly kind: 'inserted' | 'replayed'; readonly call: Call }
  | { readonly kind: 'key-reused'; readonly callId: string }

/** What PATCH may change. A key that is absent stays as it is. */
export type CallChanges = Partial<Omit<NewCall, 'id' | 'tenant' | 'retryOf' | 'idempotency'>>

/** The answer to an update: with the call as it is now, changed or not. */
export type UpdateResult =
  | { readonly kind: 'updated' | 'not-pending' | 'expires-before-scheduled'; readonly call: Call }
  | { readonly kind: 'not-found' }

/** A cancellation's effect: the call as it is now, and its live attempt where there is one to hang up. */
export interface CanceledCall {
  readonly kind: 'canceled' | 'requested' | 'already-ended'
  readonly call: Call
  readonly live: LocatedAttempt | null
}

/** Which PENDING calls `cancelPending` ends. */
export interface PendingFilter {
  readonly tenant?: string
  readonly scriptId?: string
  /** Exclusive. */
  readonly createdBefore?: Date
}

/** A page of a list. */
export interface CallPage<TMetadata extends object = JsonObject> {
  readonly items: readonly Call<TMetadata>[]
  /** Null when paging by cursor. */
  readonly page: number | null
  readonly pageSize: number
  /** Exact for no filter or one on `status` alone, and up to 10 000 matches otherwise, else null. */
  readonly total: number | null
  readonly totalPages: number | null
  /** Null on the last page. */
  readonly nextCursor: string | null
}

/** What a list shows, newest first (by id, which grows with time). */
export interface ListQuery {
  readonly tenant?: string
  readonly status?: readonly CallStatus[]
  readonly to?: string
  readonly scriptId?: string
  /** Inclusive. */
  readonly createdAfter?: Date
  /** Exclusive. */
  readonly createdBefore?: Date
  /** Only calls whose live attempt is UNCONFIRMED or HELD. */
  readonly unconfirmed?: boolean
  /** From 1. Defaults to 1; excludes `cursor`. */
  readonly page?: number
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  /** 1–100. Defaults to 20. */
  readonly pageSize?: number
}

/** The cap and the gates, as the fleet obeys them. */
export interface Control {
  /** Set by the process that started last; null before any did. */
  readonly configured: number | null
  /** The operator's, which wins. */
  readonly override: number | null
  readonly dialsPerSecond: number | null
  readonly gates: readonly Gate[]
}

/** A change of the cap or a gate. Absent keys stay. */
export interface ControlChange {
  readonly configured?: number
  readonly override?: number | null
  readonly dialsPerSecond?: number | null
  readonly paused?: boolean
  readonly releaseGate?: string
}

/** Figures for operators. */
export interface StoreMetrics {
  /** Rows that exist. */
  readonly calls: Readonly<Record<CallStatus, number>>
  /** Calls that ever ended so: only grows, whatever is pruned. */
  readonly endedTotal: Readonly<Record<Exclude<CallStatus, 'PENDING' | 'IN_PROGRESS'>, number>>
  readonly live: number
  readonly held: number
  readonly unconfirmed: number
  readonly parkedWebhooks: number
  /** Parked events that were dropped unread, since installation. */
  readonly droppedWebhooks: number
  /** How long the most overdue PENDING call has waited past its due time; null: none is due. */
  readonly oldestPendingSeconds: number | null
}

/** What a store is opened with. */
export interface StoreContext {
  readonly logger: Logger
  /** Null: the database's own time. */
  readonly clock: Clock | null
}

/**
 * The queue. Every method is one transaction, durable when it returns (unless a host's own transaction was passed in), and dates what it writes in
 * database time. Expected results are values. A database that does not answer, is locked or full is a {@link StoreUnavailableError}; any other throw is a defect of the input
 * that was given and concerns nothing but that input.
 *
 * A store serves one orchestrator.
 */
export interface Store<TTransaction = never, TSyncTransaction = never> {
  readonly kind: string

  /** Connects and migrates, or verifies the schema. Called once, before anything else. */
  open(context: StoreContext): Promise<void>

  /** Ends its timers and listeners; closes only what the store opened itself. */
  close(): Promise<void>

  /** Throws a ConfigurationError where the host's connection settings would make claims inexact. Called by `start()`. */
  verifyClaims(): Promise<void>

  /** A secret made at installation, the same for the fleet: 32 bytes, under which attempt ids in URLs are tagged. */
  installationKey(): Promise<Uint8Array>

  /**
   * Inserts all, in order, or none: if any key is reused for other input, nothing is inserted. A key is unique within its tenant; a second bearer in the same list is a replay of the
   * first. Wakes the fleet after the commit; within a host's transaction, with it.
   */
  insertCalls(params: { readonly calls: readonly NewCall[] }, transaction?: TTransaction): Promise<readonly InsertResult[]>

  /** The same within a host's own synchronous transaction; only where the database has those. */
  insertCallsSync?(params: { readonly calls: readonly NewCall[] }, transaction: TSyncTransaction): readonly InsertResult[]

  findCall(params: { readonly callId: string }): Promise<Call | null>

  listCalls(query: ListQuery): Promise<CallPage>

  /** In the order of their numbers; empty for an unknown call. */
  listAttempts(params: { readonly callId: string }): Promise<readonly Attempt[]>

  /** Changes a PENDING call; guarded by its status in the same statement. `scheduledAt` sets `nextAttemptAt` too; null makes it due now. */
  updateCallIfPending(params: { readonly callId: string; readonly changes: CallChanges }): Promise<UpdateResult>

  /**
   * Ends a PENDING call; sets `cancelRequestedAt` on a live one (once), raises its attempt's revision and, where the provider had accepted it, makes it due for a check, so that whoever can hang up hears of it. Null: no
   * such call.
   */
  cancelCall(params: { readonly callId: string }): Promise<CanceledCall | null>

  /** Ends PENDING calls that match, oldest first, at most `limit`. */
  cancelPending(params: { readonly filter: PendingFilter; readonly limit: number }): Promise<readonly Call[]>

  /** Finds attempts by every key that may name them, and events that came before. Reads only. */
  lookUp(keys: LookUpKeys): Promise<LookUp>

  /** Parked events that name an attempt which exists by now; oldest first. Reads only: a turn unparks them. */
  findJoinable(params: { readonly limit: number }): Promise<readonly ParkedEvent[]>

  /**
   * Writes and claims in one transaction. Writes come first, then gates, expiry and the claim, under the fleet's cap lock, which is taken in an earlier
   * statement than any count: live attempts never exceed the cap through a claim. Without `claim` no cap lock is taken.
   */
  commitTurn(turn: Turn): Promise<TurnResult>

  /**
   * Live attempts whose time to be looked at has come (`answerBy` first, then `checkInMs`), leased for `leaseMs`, so that two processes do not ask at once. Of providers that are not
   * named only those that are silent past `staleAfterMs`.
   */
  claimChecks(params: {
    readonly limit: number
    readonly leaseMs: number
    readonly providers: readonly string[]
    readonly staleAfterMs: number
  }): Promise<{ readonly now: Date; readonly due: readonly LocatedAttempt[]; readonly nextDueInMs: number | null }>

  readControl(): Promise<Control>

  /** False in `released`: there was no such gate. Wakes the fleet. */
  writeControl(change: ControlChange): Promise<{ readonly control: Control; readonly released: boolean }>

  readMetrics(): Promise<StoreMetrics>

  /** Blanks number, variables, metadata and details of an ended call and its attempts, for good; the number becomes `+00000000`. Events that are parked under its names go with it. */
  eraseCall(params: { readonly callId: string }): Promise<'erased' | 'not-ended' | 'not-found'>

  /** Deletes calls that ended longer ago with their attempts, parked events and seen keys that are too old; returns how many calls. */
  prune(params: { readonly olderThanMs: number; readonly limit: number }): Promise<number>

  /** Drops parked events older than `parkedForMs` or beyond 100 000 (oldest first, counted) and seen keys older than a week. */
  sweep(params: { readonly parkedForMs: number }): Promise<void>

  /** Answers within the signal's time when the database does. */
  ping(): Promise<void>

  /** Calls `listener` when another process may have made work or freed a slot. Hints may be lost; a slow poll is the floor. Returns the way to stop. */
  onWake(listener: () => void): () => void
}
