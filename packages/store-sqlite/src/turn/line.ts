import type { ClaimParams, ClaimProvider } from '@ebra/core'
import type { Transaction } from '../connection.ts'
import { type Lane, readDue, readLanes } from '../lanes.ts'
import type { CallRow } from '../schema.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import type { Room } from './room.ts'

/** A due call, and who would dial it. */
export interface DueCall {
  readonly row: CallRow
  readonly provider: ClaimProvider
}

/** The calls that wait to be claimed by a process. */
export interface Line {
  /** Due calls in the order of claims. Each must be claimed or made to wait before the next is asked for: it would come again otherwise. */
  dueCalls(): Generator<DueCall>
  hasDue(): boolean
  /** When the first of those that are not due yet will be; null: there is none that may be dialed then. */
  upcomingAt(): number | null
}

/** What decides whether a lane moves. */
export interface LineParams {
  readonly transaction: Transaction
  readonly providers: ClaimParams['providers']
  readonly gates: Gatekeeper
  readonly room: Room
}

/** Lines up the lanes of the providers that a process has; calls that name none stand in the lane of its first. */
export function lineUp({ transaction, providers, gates, room }: LineParams): Line {
  const [first] = providers
  const dialers = new Map(providers.map((provider) => [provider.name, provider]))
  if (first !== undefined) dialers.set('', first)
  const lanes = readLanes(transaction).flatMap((lane) => {
    const provider = dialers.get(lane.name)
    return provider === undefined ? [] : [{ ...lane, provider }]
  })
  const moves = ({ provider: { name } }: DialedLane) => room.hasRoomWith(name) && !gates.blocksProvider(name)
  const isDue = (lane: DialedLane) => lane.due_at <= transaction.now

  function* dueIn(abreast: readonly DialedLane[]): Generator<DueCall> {
    let calls = readAbreast(transaction, abreast.filter(moves), room.left() + 1)
    while (calls.length > 0) {
      for (const { row, lane } of calls) if (moves(lane)) yield { row, provider: lane.provider }
      calls = readAbreast(transaction, abreast.filter(moves), room.left() + 1)
    }
  }

  return {
    *dueCalls() {
      const due = lanes.filter(isDue)
      for (const priority of new Set(due.map((lane) => lane.priority))) yield* dueIn(due.filter((lane) => lane.priority === priority))
    },
    hasDue: () => lanes.some((lane) => isDue(lane) && moves(lane)),
    upcomingAt() {
      const times = lanes.filter(moves).flatMap(({ upcoming_at }) => upcoming_at ?? [])
      return times.length === 0 ? null : Math.min(...times)
    },
  }
}

interface DialedLane extends Lane {
  readonly provider: ClaimProvider
}

/** The first calls of lanes of one priority, merged into one order. */
function readAbreast(transaction: Transaction, lanes: readonly DialedLane[], limit: number) {
  return lanes
    .flatMap((lane) => readDue(transaction, lane, limit).map((row) => ({ row, lane })))
    .sort((left, right) => byTurn(left.row, right.row))
}

function byTurn(left: CallRow, right: CallRow): number {
  return (left.next_attempt_at ?? 0) - (right.next_attempt_at ?? 0) || (left.id < right.id ? -1 : 1)
}
