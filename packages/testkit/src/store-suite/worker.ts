import { equal, fail } from 'node:assert/strict'
import type {
  AttemptWrite,
  Call,
  ClaimedAttempt,
  ClaimParams,
  EventKey,
  GateReport,
  LocatedAttempt,
  NewCall,
  Store,
  Turn,
  TurnResult,
} from '@ebra/core'
import { aCall } from './calls.ts'

/** What a turn did, and the records of what it wrote, as they are read after it. */
export interface WorkerTurn extends TurnResult {
  readonly applied: readonly LocatedAttempt[]
}

/** What a {@link Worker} claims with unless a test says otherwise. */
export const usualClaim = {
  limit: 100,
  providers: [{ name: 'sim', placeTimeoutMs: 10_000, maxConcurrent: null }],
  sendWindowMs: 5_000,
  beyondShare: true,
} as const satisfies ClaimParams

/** One process of the fleet, over its own instance of the store. It numbers its turns, as the pump does. */
export class Worker {
  readonly store: Store
  readonly processId: string
  #turns = 0

  constructor(store: Store, processId: string) {
    this.store = store
    this.processId = processId
  }

  /** The number of the turn that was made last. */
  get lastTurn(): number {
    return this.#turns
  }

  /** Inserts one call, like any other but for `differences`. */
  async enqueue(differences: Partial<NewCall> = {}): Promise<Call> {
    const [call] = await this.enqueueAll([differences])
    return call ?? fail('The insert answered nothing.')
  }

  /** Inserts a call for each of `differences`, in one go. */
  async enqueueAll(differences: readonly Partial<NewCall>[]): Promise<readonly Call[]> {
    const results = await this.store.insertCalls({ calls: differences.map(aCall) })
    return results.map((result) => (result.kind === 'inserted' ? result.call : fail(`The insert answered ${result.kind}.`)))
  }

  /** Makes a turn of these parts; what is left out is empty. */
  commit(parts: Partial<Omit<Turn, 'by'>> = {}): Promise<TurnResult> {
    this.#turns += 1
    const empty = { writes: [], abandoned: [], seen: [], parked: [], unparked: [], gates: [], expireDue: false, claim: null }
    return this.store.commitTurn({ ...empty, ...parts, by: { processId: this.processId, number: this.#turns } })
  }

  /** Makes a turn, and reads what it wrote. */
  async turn(parts: Partial<Omit<Turn, 'by'>> = {}): Promise<WorkerTurn> {
    const result = await this.commit(parts)
    const held = (parts.writes ?? []).map(({ attemptId }) => attemptId).filter((id) => !result.missed.includes(id))
    return { ...result, applied: held.length === 0 ? [] : (await this.store.lookUp({ attemptIds: held })).found }
  }

  /** Makes a turn that claims, with the {@link usualClaim} but for `params`. */
  claimingTurn(params: Partial<ClaimParams> = {}, parts: Partial<Omit<Turn, 'by' | 'claim'>> = {}): Promise<WorkerTurn> {
    return this.turn({ ...parts, claim: { ...usualClaim, ...params } })
  }

  async claim(params: Partial<ClaimParams> = {}): Promise<readonly ClaimedAttempt[]> {
    const { claimed } = await this.claimingTurn(params)
    return claimed
  }

  /** Claims the one call that may be claimed, and fails where there are none or several. */
  async claimOne(params: Partial<ClaimParams> = {}): Promise<ClaimedAttempt> {
    const claimed = await this.claim(params)
    equal(claimed.length, 1, `One call should have been claimed, not ${claimed.length}.`)
    return claimed[0] ?? fail()
  }

  /** Ids of the calls that a claim takes, in the order of the answer. */
  async claimIds(params: Partial<ClaimParams> = {}): Promise<readonly string[]> {
    return idsOf(await this.claim(params))
  }

  /** Inserts a call and claims it. Whatever else is due is claimed with it. */
  async dial(differences: Partial<NewCall> = {}): Promise<ClaimedAttempt> {
    const { id } = await this.enqueue(differences)
    const claimed = await this.claim()
    return claimed.find(({ call }) => call.id === id) ?? fail(`The call ${id} should have been claimed.`)
  }

  /** Makes a turn of one write, and fails where it missed. */
  async write(write: AttemptWrite, gates: readonly GateReport[] = []): Promise<LocatedAttempt> {
    const { applied } = await this.turn({ writes: [write], gates })
    return applied[0] ?? fail(`The write of ${write.attemptId} at revision ${write.revision} should have held.`)
  }

  /** Makes a turn that only reports to the gates. */
  report(...gates: readonly GateReport[]): Promise<TurnResult> {
    return this.turn({ gates })
  }

  async call(callId: string): Promise<Call> {
    return (await this.store.findCall({ callId })) ?? fail(`The call ${callId} should exist.`)
  }

  /** Those of the events that were seen before. */
  async seenAmong(events: readonly EventKey[]): Promise<readonly EventKey[]> {
    return (await this.store.lookUp({ events })).seen
  }

  async attempt(attemptId: string): Promise<LocatedAttempt> {
    const { found } = await this.store.lookUp({ attemptIds: [attemptId] })
    return found[0] ?? fail(`The attempt ${attemptId} should exist.`)
  }
}

/** Ids of the calls that these attempts dial. */
export function idsOf(located: readonly LocatedAttempt[]): readonly string[] {
  return located.map(({ call }) => call.id)
}
