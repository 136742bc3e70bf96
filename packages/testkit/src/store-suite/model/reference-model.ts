import type { CallChanges, CallStatus, EndedCallStatus, NewCall } from '@ebra/core'

/** A call as the model knows it. Instants are in milliseconds. */
export interface ModelCall {
  readonly id: string
  to: string
  priority: number
  exclusive: boolean
  expiresAtMs: number | null
  status: CallStatus
  dueAtMs: number | null
  attempts: number
  /** Of its last attempt; 0 before the first. */
  number: number
  /** The number that its last attempt dials; null: it holds no slot. */
  liveTo: string | null
  /** Its last attempt spent nothing. */
  isPutBack: boolean
  endedAtMs: number | null
}

/** What a store must do, in the plainest words: a list that is sorted and walked. It knows no gates, no pace and only one provider. */
export class ReferenceModel {
  readonly calls: ModelCall[] = []
  readonly capacity: number
  nowMs: number

  constructor(capacity: number, now: Date) {
    this.capacity = capacity
    this.nowMs = now.getTime()
  }

  pending(): readonly ModelCall[] {
    return this.calls.filter(({ status }) => status === 'PENDING')
  }

  live(): readonly ModelCall[] {
    return this.calls.filter(({ liveTo }) => liveTo !== null)
  }

  /** Calls whose last attempt was given up, and that no newer attempt has taken over. */
  givenUp(): readonly ModelCall[] {
    return this.calls.filter(({ number, liveTo }) => number > 0 && liveTo === null)
  }

  insert({ id, to, priority, exclusive, scheduledAt, expiresAt }: NewCall): void {
    const dueAtMs = scheduledAt?.getTime() ?? this.nowMs
    const expiresAtMs = expiresAt?.getTime() ?? null
    const blank = { status: 'PENDING', attempts: 0, number: 0, liveTo: null, isPutBack: false, endedAtMs: null } as const
    this.calls.push({ id, to, priority, exclusive, expiresAtMs, dueAtMs, ...blank })
  }

  /** Ids of the attempts that a claim makes. */
  claim(limit: number): readonly string[] {
    const claimed: string[] = []
    for (const call of this.pending().toSorted(inOrder)) {
      if (claimed.length === limit || this.live().length >= this.capacity) break
      if (!this.#isClaimable(call)) continue
      const attempts = call.attempts + 1
      Object.assign(call, { status: 'IN_PROGRESS', dueAtMs: null, attempts, number: call.number + 1, liveTo: call.to, isPutBack: false })
      claimed.push(attemptIdOf(call))
    }
    return claimed
  }

  /** Ids of the calls that a turn expires. */
  expire(): readonly string[] {
    const expired = this.pending().filter((call) => this.#isExpired(call))
    for (const call of expired) this.#end(call, 'EXPIRED')
    return expired.map(({ id }) => id)
  }

  settle(call: ModelCall, status: EndedCallStatus): void {
    call.liveTo = null
    this.#end(call, status)
  }

  retry(call: ModelCall, dueInMs: number): void {
    Object.assign(call, { status: 'PENDING', liveTo: null, dueAtMs: this.nowMs + dueInMs })
  }

  putBack(call: ModelCall, dueInMs: number): void {
    this.retry(call, dueInMs)
    Object.assign(call, { attempts: call.attempts - 1, isPutBack: true })
  }

  /** The given-up attempt, which dialed this number, is alive after all. */
  revive(call: ModelCall, dialed: string): void {
    const attempts = call.attempts + (call.isPutBack ? 1 : 0)
    Object.assign(call, { status: 'IN_PROGRESS', attempts, isPutBack: false, liveTo: dialed, dueAtMs: null, endedAtMs: null })
  }

  cancel(call: ModelCall): void {
    if (call.status === 'PENDING') this.#end(call, 'CANCELED')
  }

  update(call: ModelCall, { scheduledAt, ...changes }: Pick<CallChanges, 'to' | 'priority' | 'exclusive' | 'scheduledAt'>): void {
    Object.assign(call, changes)
    if (scheduledAt !== undefined) call.dueAtMs = scheduledAt?.getTime() ?? this.nowMs
  }

  #isClaimable(call: ModelCall): boolean {
    const isDue = call.dueAtMs !== null && call.dueAtMs <= this.nowMs && !this.#isExpired(call)
    return isDue && !(call.exclusive && this.live().some(({ liveTo }) => liveTo === call.to))
  }

  #isExpired({ expiresAtMs }: ModelCall): boolean {
    return expiresAtMs !== null && expiresAtMs <= this.nowMs
  }

  #end(call: ModelCall, status: EndedCallStatus): void {
    Object.assign(call, { status, dueAtMs: null, endedAtMs: this.nowMs })
  }
}

/** The id of the call's last attempt. */
export function attemptIdOf({ id, number }: ModelCall): string {
  return `${id}.${number}`
}

function inOrder(one: ModelCall, other: ModelCall): number {
  return other.priority - one.priority || (one.dueAtMs ?? 0) - (other.dueAtMs ?? 0) || (one.id < other.id ? -1 : 1)
}
