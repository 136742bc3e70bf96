import { type AttemptWrite, type EventKey, type LocatedAttempt, type NewCall, type Store, type Turn, written } from '@ebra/core'
import { aCall as anyCall } from '@ebra/testkit'
import { cap } from '../system.ts'

/** The platform of the rows that are seeded. */
export const provider = 'platform'

/** A worker whose calls all take the same way, step by step: what it claimed, then what was answered, then the ends. */
export class Dialing {
  readonly #store: Store
  #turns = 0
  #live: readonly LocatedAttempt[] = []
  #ended: readonly LocatedAttempt[] = []

  constructor(store: Store) {
    this.#store = store
  }

  /** Attempts that have ended, of calls that have. */
  get ended(): readonly LocatedAttempt[] {
    return this.#ended
  }

  /** The names of the events that end what is live. */
  get ends(): readonly EventKey[] {
    return this.#live.map(({ attempt }) => endOf(attempt.attemptId))
  }

  async claim(): Promise<void> {
    const { claimed } = await this.#turn({ expireDue: true, claim: wanted })
    this.#live = claimed
  }

  async accept(): Promise<void> {
    const writes = this.#live.map(accepted)
    const { now } = await this.#turn({ writes })
    this.#live = recordsAfter(this.#live, writes, now)
  }

  async find(): Promise<void> {
    const providerCallIds = this.#live.map(({ attempt }) => ({ provider, id: attempt.providerCallId ?? '' }))
    const { found } = await this.#store.lookUp({ providerCallIds, events: this.ends })
    this.#live = found
  }

  /** Writes the ends of what is live, and claims into the slots that are free then. */
  async settle(): Promise<void> {
    const writes = this.#live.map(settled)
    const { now, claimed } = await this.#turn({ writes, expireDue: true, claim: wanted })
    this.#ended = recordsAfter(this.#live, writes, now)
    this.#live = claimed
  }

  /** No dial reached a phone: every call is due again, and nothing is live. */
  async putBack(): Promise<void> {
    await this.#turn({ writes: this.#live.map(putBack) })
    this.#live = []
  }

  /** An event came before the answer to its dial. */
  async park(): Promise<void> {
    const state = { kind: 'live', phase: 'ringing' } as const
    await this.#turn({ parked: [{ provider, event: { eventId: 'early', at: null, providerCallIds: ['not known yet'], state } }] })
  }

  #turn(parts: Partial<Omit<Turn, 'by'>>) {
    this.#turns += 1
    const empty = { writes: [], abandoned: [], seen: [], parked: [], unparked: [], gates: [], expireDue: false, claim: null }
    return this.#store.commitTurn({ ...empty, ...parts, by: { processId: 'plans', number: this.#turns } })
  }
}

/** A call like any other, to a number of its own, the newest of all. */
export function aCall(differences: Partial<NewCall> = {}): NewCall {
  made += 1
  const [date, n] = [Date.now().toString(16).padStart(12, '0'), made.toString(16).padStart(12, '0')]
  return anyCall({
    id: `${date.slice(0, 8)}-${date.slice(8)}-7fff-bfff-${n}`,
    to: `+1720${made.toString().padStart(7, '0')}`,
    ...differences,
  })
}

let made = 0

const wanted = {
  limit: cap,
  providers: [{ name: provider, placeTimeoutMs: 10_000, maxConcurrent: null }],
  sendWindowMs: 5_000,
  beyondShare: true,
} as const

function recordsAfter(before: readonly LocatedAttempt[], writes: readonly AttemptWrite[], now: Date): readonly LocatedAttempt[] {
  return before.flatMap((record, index) => {
    const write = writes[index]
    return write === undefined ? [] : [written(record, write, now)]
  })
}

function accepted({ attempt }: LocatedAttempt): AttemptWrite {
  const { attemptId, revision, outcome, error, details, putBack, aliases, providerState } = attempt
  const providerCallId = `call-${attemptId}`
  const next = { status: 'LIVE', phase: 'queued', outcome, error, details, putBack, providerCallId, aliases, providerState } as const
  return { attemptId, revision, next, isSign: true, checkInMs: 60_000, call: null, seen: [], namedBy: [] }
}

function settled({ attempt, call }: LocatedAttempt): AttemptWrite {
  const { attemptId, revision, phase, error, details, putBack, providerCallId, aliases, providerState } = attempt
  const next = { status: 'ENDED', phase, outcome: 'completed', error, details, putBack, providerCallId, aliases, providerState } as const
  const { attempts } = call
  const move = { from: 'IN_PROGRESS', status: 'COMPLETED', outcome: 'completed', lastError: null, attempts, dueInMs: null } as const
  return { attemptId, revision, next, isSign: true, checkInMs: null, call: move, seen: [endOf(attemptId).eventId], namedBy: [] }
}

function putBack({ attempt, call }: LocatedAttempt): AttemptWrite {
  const { attemptId, revision, phase, outcome, error, details, providerCallId, aliases, providerState } = attempt
  const next = { status: 'ENDED', phase, outcome, error, details, putBack: true, providerCallId, aliases, providerState } as const
  const { attempts } = call
  const move = { from: 'IN_PROGRESS', status: 'PENDING', outcome: null, lastError: null, attempts: attempts - 1, dueInMs: 0 } as const
  return { attemptId, revision, next, isSign: false, checkInMs: null, call: move, seen: [], namedBy: [] }
}

function endOf(attemptId: string): EventKey {
  return { provider, eventId: `end of ${attemptId}` }
}
