import type { CallChanges, CallStatus, EndedCallStatus, NewCall } from '@ebra/core'
import { GateModel, type ModelDial } from './gate-model.ts'

/** A call as the model knows it. Instants are in milliseconds. */
export interface ModelCall {
  readonly id: string
  to: string
  scriptId: string
  priority: number
  exclusive: boolean
  expiresAtMs: number | null
  status: CallStatus
  dueAtMs: number | null
  attempts: number
  /** Its last attempt; null before the first. */
  dial: ModelAttempt | null
  endedAtMs: number | null
  /** Somebody wants its live attempt to end. */
  isCancelRequested: boolean
}

/** The last attempt of a call as the model knows it. */
interface ModelAttempt extends ModelDial {
  readonly number: number
  readonly to: string
  readonly scopes: readonly string[]
  isPlacing: boolean
  isLive: boolean
  isPutBack: boolean
}

/** What a store must do, in the plainest words: a list that is sorted and walked. It knows no pace and only one provider. */
export class ReferenceModel {
  readonly calls: ModelCall[] = []
  readonly gates = new GateModel()
  readonly capacity: number
  nowMs: number

  constructor(capacity: number, now: Date) {
    this.capacity = capacity
    this.nowMs = now.getTime()
  }

  pending(): readonly ModelCall[] {
    return this.calls.filter(({ status }) => status === 'PENDING')
  }

  /** Calls whose last attempt holds a slot. */
  live(): readonly DialedCall[] {
    return this.calls.filter((call): call is DialedCall => call.dial?.isLive ?? false)
  }

  /** Calls whose last attempt was given up, and that no newer attempt has taken over. */
  givenUp(): readonly DialedCall[] {
    return this.calls.filter((call): call is DialedCall => call.dial !== null && !call.dial.isLive)
  }

  insert({ id, to, scriptId, priority, exclusive, scheduledAt, expiresAt }: NewCall): void {
    const dueAtMs = scheduledAt?.getTime() ?? this.nowMs
    const expiresAtMs = expiresAt?.getTime() ?? null
    const blank = { status: 'PENDING', attempts: 0, dial: null, endedAtMs: null, isCancelRequested: false } as const
    this.calls.push({ id, to, scriptId, priority, exclusive, expiresAtMs, dueAtMs, ...blank })
  }

  /** Ids of the attempts that a claim makes. */
  claim(limit: number): readonly string[] {
    const claimed: string[] = []
    for (const call of this.pending().toSorted(inOrder)) {
      if (claimed.length === limit || this.live().length >= this.capacity) break
      const dueInMs = this.#dueInMs(call)
      if (dueInMs === null || dueInMs > 0 || this.#isExpired(call)) continue
      const dial = dialOf(call)
      Object.assign(call, { status: 'IN_PROGRESS', dueAtMs: null, attempts: call.attempts + 1, dial })
      this.gates.pass(dial.scopes, dial)
      claimed.push(dial.attemptId)
    }
    return claimed
  }

  /** Ids of the calls that a turn expires. */
  expire(): readonly string[] {
    const expired = this.pending().filter((call) => this.#isExpired(call))
    for (const call of expired) this.#end(call, 'EXPIRED')
    return expired.map(({ id }) => id)
  }

  /** Until time alone lets a turn claim or expire something; null: it never does. */
  nextDueInMs(): number | null {
    const hasRoom = this.live().length < this.capacity
    const spans = this.pending().flatMap((call) => [
      hasRoom ? this.#dueInMs(call) : null,
      call.expiresAtMs === null ? null : call.expiresAtMs - this.nowMs,
    ])
    const ahead = spans.filter((span): span is number => span !== null && span > 0)
    return ahead.length === 0 ? null : Math.min(...ahead)
  }

  /** The provider took the dial. */
  accept({ dial }: DialedCall): void {
    dial.isPlacing = false
    this.gates.accept(dial.scopes, dial)
  }

  settle(call: DialedCall, status: EndedCallStatus): void {
    Object.assign(call.dial, { isLive: false, isPlacing: false })
    this.#end(call, status)
  }

  retry(call: DialedCall, dueInMs: number): void {
    Object.assign(call.dial, { isLive: false, isPlacing: false })
    Object.assign(call, { status: 'PENDING', dueAtMs: this.nowMs + dueInMs })
  }

  putBack(call: DialedCall, dueInMs: number): void {
    this.retry(call, dueInMs)
    call.dial.isPutBack = true
    call.attempts -= 1
  }

  /** The attempt that was given up is alive after all. */
  revive(call: DialedCall): void {
    const attempts = call.attempts + (call.dial.isPutBack ? 1 : 0)
    Object.assign(call, { status: 'IN_PROGRESS', attempts, dueAtMs: null, endedAtMs: null })
    Object.assign(call.dial, { isLive: true, isPutBack: false })
  }

  cancel(call: ModelCall): void {
    if (call.status === 'PENDING') this.#end(call, 'CANCELED')
    else if (call.status === 'IN_PROGRESS') call.isCancelRequested = true
  }

  /** How many calls that ended longer ago are forgotten. */
  prune(olderThanMs: number): number {
    const isOld = ({ endedAtMs }: ModelCall) => endedAtMs !== null && endedAtMs < this.nowMs - olderThanMs
    const kept = this.calls.filter((call) => !isOld(call))
    return this.calls.splice(0, this.calls.length, ...kept).length - kept.length
  }

  update(call: ModelCall, { scheduledAt, ...changes }: ModelChanges): void {
    Object.assign(call, changes)
    if (scheduledAt !== undefined) call.dueAtMs = scheduledAt?.getTime() ?? this.nowMs
  }

  /** Until a pending call may be dialed, slots aside; null: time alone does not bring that about. */
  #dueInMs({ dueAtMs, exclusive, to, scriptId }: ModelCall): number | null {
    const opensAtMs = this.gates.opensAtMs(scopesOf(scriptId))
    const waits = exclusive && this.live().some(({ dial }) => dial.to === to)
    return dueAtMs === null || opensAtMs === null || waits ? null : Math.max(dueAtMs, opensAtMs) - this.nowMs
  }

  #isExpired({ expiresAtMs }: ModelCall): boolean {
    return expiresAtMs !== null && expiresAtMs <= this.nowMs
  }

  #end(call: ModelCall, status: EndedCallStatus): void {
    Object.assign(call, { status, dueAtMs: null, endedAtMs: this.nowMs })
  }
}

/** A call that was dialed at least once. */
export type DialedCall = ModelCall & { readonly dial: ModelAttempt }

/** What the model follows of an update. */
export type ModelChanges = Pick<CallChanges, 'to' | 'scriptId' | 'priority' | 'exclusive' | 'scheduledAt'>

function dialOf({ id, to, scriptId, dial }: ModelCall): ModelAttempt {
  const number = (dial?.number ?? 0) + 1
  return { attemptId: `${id}.${number}`, number, to, scopes: scopesOf(scriptId), isPlacing: true, isLive: true, isPutBack: false }
}

function scopesOf(scriptId: string): readonly string[] {
  return ['provider:sim', `script:sim:${scriptId}`]
}

function inOrder(one: ModelCall, other: ModelCall): number {
  return other.priority - one.priority || (one.dueAtMs ?? 0) - (other.dueAtMs ?? 0) || (one.id < other.id ? -1 : 1)
}
