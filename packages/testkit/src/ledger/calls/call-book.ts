import type { LedgerLine, RingLine } from '../evidence/journal-lines.ts'
import type { CallStatus, EndStatus } from '../plan/call-status.ts'
import type { Dial, DialHistory } from '../plan/dial.ts'
import { attemptNameOf, callNameOf } from '../plan/dial.ts'
import { RecentMap } from './recent-map.ts'

/** What the book keeps of a ring; the body stays in the file. */
export type RungCall = Omit<RingLine, 'kind'>

/** A call that rang. Instants are milliseconds since 1970. */
export interface BookedCall {
  readonly ring: RungCall
  status: CallStatus
  answeredAt: number | null
  endedAt: number | null
}

/** How much a ledger has seen, counted as it happens, with what it read back from its file. */
export interface CallCounts {
  readonly posts: number
  readonly rings: number
  /** A call counts as live until its end is on the disk: a moment longer than in a report. */
  readonly live: number
  readonly maxLive: number
  /** Calls that are over, by their end. */
  readonly ends: { readonly [status in EndStatus]?: number }
}

/**
 * What a platform remembers of its calls.
 *
 * Of calls, keys and attempts the newest 50 000 are kept; the file remembers them all.
 */
export class CallBook {
  readonly #live = new Map<string, BookedCall>()
  readonly #byId = new RecentMap<string, BookedCall>(rememberedLimit)
  readonly #byKey = new RecentMap<string, BookedCall>(rememberedLimit)
  readonly #byAttemptId = new RecentMap<string, readonly BookedCall[]>(rememberedLimit)
  readonly #postsOfAttempt = new RecentMap<string, number>(rememberedLimit)
  readonly #postsOfCall = new RecentMap<string, number>(rememberedLimit)
  readonly #ringsOfCall = new RecentMap<string, number>(rememberedLimit)
  readonly #ends: { [status in EndStatus]?: number } = {}
  #posts = 0
  #rings = 0
  #maxLive = 0

  /** Takes up what a line of the file tells, in the order of the file. */
  replay(line: LedgerLine): void {
    if (line.kind === 'post') this.addPost(line)
    else if (line.kind === 'ring') this.addRing(rungCallFrom(line))
    else this.end(line.providerCallId, line.status, line.at)
  }

  history(dial: Dial): DialHistory {
    return {
      postsOfAttempt: this.#postsOfAttempt.get(attemptNameOf(dial)) ?? 0,
      postsOfCall: this.#postsOfCall.get(callNameOf(dial)) ?? 0,
      ringsOfCall: this.#ringsOfCall.get(callNameOf(dial)) ?? 0,
    }
  }

  addPost(dial: Pick<Dial, 'key' | 'callId' | 'to'>): void {
    this.#posts += 1
    countUp(this.#postsOfAttempt, attemptNameOf(dial))
    countUp(this.#postsOfCall, callNameOf(dial))
  }

  addRing(ring: RungCall): BookedCall {
    const call: BookedCall = { ring, status: 'RINGING', answeredAt: null, endedAt: null }
    this.#rings += 1
    this.#live.set(ring.providerCallId, call)
    this.#maxLive = Math.max(this.#maxLive, this.#live.size)
    this.#byId.set(ring.providerCallId, call)
    if (ring.key !== null) this.#byKey.set(ring.key, call)
    if (ring.attemptId !== null) this.#byAttemptId.set(ring.attemptId, [...this.withAttemptId(ring.attemptId), call])
    countUp(this.#ringsOfCall, callNameOf(ring))
    return call
  }

  end(providerCallId: string, status: EndStatus, at: number): void {
    const call = this.#live.get(providerCallId)
    if (call === undefined) return
    call.status = status
    call.endedAt = at
    this.#live.delete(providerCallId)
    this.#ends[status] = (this.#ends[status] ?? 0) + 1
  }

  get liveCalls(): readonly BookedCall[] {
    return [...this.#live.values()]
  }

  get liveCount(): number {
    return this.#live.size
  }

  get counts(): CallCounts {
    return { posts: this.#posts, rings: this.#rings, live: this.#live.size, maxLive: this.#maxLive, ends: { ...this.#ends } }
  }

  get(providerCallId: string): BookedCall | undefined {
    return this.#live.get(providerCallId) ?? this.#byId.get(providerCallId)
  }

  withKey(key: string): BookedCall | undefined {
    return this.#byKey.get(key)
  }

  withAttemptId(attemptId: string): readonly BookedCall[] {
    return this.#byAttemptId.get(attemptId) ?? []
  }
}

const rememberedLimit = 50_000

function rungCallFrom({ kind: _kind, ...ring }: RingLine): RungCall {
  return ring
}

function countUp(counts: RecentMap<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
