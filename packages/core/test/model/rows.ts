import type { Attempt } from '../../src/domain/attempt.ts'
import type { AttemptWrite, CallMove, LocatedAttempt } from '../../src/domain/attempt-write.ts'
import type { Call } from '../../src/domain/call.ts'
import { aRecord } from '../domain/lifecycle-fixtures.ts'
import type { Protocol } from './protocol.ts'
import { ago, type Settings, sendWindow } from './settings.ts'
import type { AttemptFields, AttemptRow, CallRow, Read, State } from './state.ts'
import type { World } from './world.ts'

/** The row of an attempt as it is now. With the rest of this file it is the store that `ports/store.ts` describes, for one call. */
export function readRow({ call, attempts }: State, number: number): Read {
  return { fields: rowOf(attempts, number).fields, call, isLatest: number === attempts.length }
}

/** A row in the words of the domain. */
export function recordOf(read: Read, number: number, age: number, { maxAttempts, placeTimeout }: Settings): LocatedAttempt {
  const { isLatest, fields, call } = read
  const { silence, ...columns } = fields
  const sendBy = ago(age - sendWindow)
  const attempt: Partial<Attempt> = {
    ...columns,
    attemptId: `${aRecord().call.id}.${number}`,
    attemptNumber: number,
    startedAt: ago(age),
    lastSignAt: ago(silence),
    sendBy,
    answerBy: ago(age - sendWindow - placeTimeout),
  }
  const { status, attempts, isCanceled } = call
  const changes: Partial<Call> = { status, attempts, maxAttempts, cancelRequestedAt: isCanceled ? ago(0) : null }
  return aRecord({ isLatest, attempt, call: changes })
}

/** A write of a turn. */
export interface RowWrite extends AttemptWrite {
  readonly number: number
  /** What it ends, it ends by the host's word. */
  readonly isHostsWord: boolean
}

/** Writes all of it, or nothing where the guard does not hold: then null. */
export function writeRow(state: State, write: RowWrite, protocol: Protocol): State | null {
  const { number, isHostsWord } = write
  if (protocol.isFenced && !holds(write, readRow(state, number))) return null
  const before = rowOf(state.attempts, number)
  const { status, phase, outcome, error, putBack } = write.next
  const silence = write.isSign ? 0 : before.fields.silence
  const fields = { status, phase, outcome, error, putBack, revision: before.fields.revision + 1, silence }
  const isAsBefore = before.fields.status === 'ENDED' && before.fields.outcome === outcome && before.fields.putBack === putBack
  const row = { ...before, fields, isHostsWord: status === 'ENDED' && (isHostsWord || (before.isHostsWord && isAsBefore)) }
  return { ...withRow(state, number, row), call: write.call === null ? state.call : callAfter(state.call, write.call) }
}

/** A call that was claimed, under its new number. */
export interface Claim {
  readonly state: State
  readonly number: number
}

/** Claims the call where it is due. Null: nothing to claim. */
export function claimCall(state: State, { protocol, settings: { maxNumber } }: World): Claim | null {
  const { call, attempts, dials } = state
  const number = protocol.nextNumber(attempts)
  if (call.status !== 'PENDING' || number > maxNumber) return null
  const left = attempts.map((row, at) => (row.left === null ? { ...row, left: wayOut(row, dials[at]?.state === 'over') } : row))
  const revision = (attempts[number - 1]?.fields.revision ?? -1) + 1
  const rows = [...left.slice(0, number - 1), { age: 0, fields: { ...claimed, revision }, isHostsWord: false, left: null }]
  return { number, state: { ...state, attempts: rows, call: { ...call, status: 'IN_PROGRESS', attempts: call.attempts + 1 } } }
}

/** The host asks for the end of its call. Null: it has asked, or the call is over. */
export function cancelCall(state: State): State | null {
  const { call, attempts } = state
  if (call.status === 'PENDING') return { ...state, call: { ...call, status: 'CANCELED' } }
  if (call.status !== 'IN_PROGRESS' || call.isCanceled) return null
  const row = rowOf(attempts, attempts.length)
  const noted = { ...row, fields: { ...row.fields, revision: row.fields.revision + 1 } }
  return { ...withRow(state, attempts.length, noted), call: { ...call, isCanceled: true } }
}

/** The attempt of that number. */
export function rowOf(attempts: readonly AttemptRow[], number: number): AttemptRow {
  const row = attempts[number - 1]
  if (row === undefined) throw new Error(`Nobody has claimed number ${number}.`)
  return row
}

/** The guard of every write, as `ports/store.ts` has it. */
function holds({ revision, call }: AttemptWrite, { fields, call: { status }, isLatest }: Read): boolean {
  return fields.revision === revision && (call === null || (call.from === status && isLatest))
}

function withRow(state: State, number: number, row: AttemptRow): State {
  return { ...state, attempts: state.attempts.with(number - 1, row) }
}

function callAfter({ isCanceled }: CallRow, { status, attempts }: CallMove): CallRow {
  return { status, attempts, isCanceled }
}

/** Why a newer number may be claimed. Only what the platform itself knows to be over counts as over. */
function wayOut({ fields, isHostsWord }: AttemptRow, isOver: boolean): AttemptRow['left'] {
  if (isHostsWord) return 'by the host'
  return isOver && fields.status === 'ENDED' && fields.outcome !== null ? 'over' : 'in doubt'
}

const claimed: AttemptFields = {
  status: 'PLACING',
  phase: null,
  outcome: null,
  error: null,
  putBack: false,
  revision: 0,
  silence: 0,
}
