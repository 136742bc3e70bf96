import type { ClaimedAttempt, ClaimParams, Turn } from '@ebra/core'
import type { Transaction } from '../connection.ts'
import { countMoved } from '../counts.ts'
import { isLive } from '../literals.ts'
import { queries, statement } from '../statement.ts'
import { contend } from './contenders.ts'
import { type Gatekeeper, gatekeeper } from './gatekeeper.ts'
import { type DueCall, type Line, lineUp } from './line.ts'
import { type Room, roomFor } from './room.ts'
import { startAttempt } from './start-attempt.ts'
import { type Hindrance, releaseFromGates, waitFor } from './waiting.ts'

/** What was claimed, and when something more could be. */
export interface Claim {
  readonly claimed: readonly ClaimedAttempt[]
  /** Slots are free and calls are due that were left to other processes. */
  readonly leftToOthers: boolean
  /** Null: nothing waits, or only for a slot, a number or a probe to come free. */
  readonly nextDueAt: number | null
}

/** Claims due calls, in their order, as far as cap, share, pace, gates and numbers allow. */
export function claim(transaction: Transaction, by: Turn['by'], params: ClaimParams): Claim {
  const { providers } = params
  const gates = gatekeeper(transaction)
  const room = roomFor(transaction, by, params)
  if (providers[0] === undefined || gates.isPaused) return noClaim
  const isLeftAtGates = releaseFromGates(transaction, gates, providers[0].name, room.left())
  const line = lineUp({ transaction, providers, gates, room })
  const scene = { transaction, by, sendWindowMs: params.sendWindowMs, gates, room, line }
  const { claimed, hasMore } = room.left() === 0 ? { claimed: [], hasMore: line.hasDue() } : take(scene)
  countMoved(transaction, 'PENDING', 'IN_PROGRESS', claimed.length)
  room.settle()
  const isWanting = (hasMore || isLeftAtGates) && room.isShort()
  if (isWanting) contend(transaction, by.processId)
  const isClaimable = (hasMore || isLeftAtGates) && !isWanting
  return { claimed, leftToOthers: isWanting && room.hasSlot(), nextDueAt: nextDueAt(scene, isClaimable) }
}

/** A claim that took nothing, and knows of nothing to come. */
export const noClaim: Claim = { claimed: [], leftToOthers: false, nextDueAt: null }

interface Scene {
  readonly transaction: Transaction
  readonly by: Turn['by']
  readonly sendWindowMs: number
  readonly gates: Gatekeeper
  readonly room: Room
  readonly line: Line
}

/** So many calls a claim takes out of its way before it leaves the rest to the next: each is written once, and then waits without being looked at. */
const maxPassedOver = 500

function take(scene: Scene): { readonly claimed: readonly ClaimedAttempt[]; readonly hasMore: boolean } {
  const { transaction, room, line, gates } = scene
  const claimed: ClaimedAttempt[] = []
  let passedOver = 0
  for (const due of line.dueCalls()) {
    if (room.left() === 0 || passedOver === maxPassedOver) return { claimed, hasMore: true }
    const hindrance = hindranceOf(transaction, due, gates)
    if (hindrance === null) {
      claimed.push(start(scene, due))
    } else {
      waitFor(transaction, due.row, hindrance)
      passedOver += 1
    }
  }
  return { claimed, hasMore: false }
}

function start({ transaction, by, sendWindowMs, gates, room }: Scene, { row, provider }: DueCall): ClaimedAttempt {
  const claimed = startAttempt(transaction, row, { by, provider, sendWindowMs })
  gates.admit(claimed.attempt)
  room.take(provider.name)
  return claimed
}

function hindranceOf(transaction: Transaction, { row, provider }: DueCall, gates: Gatekeeper): Hindrance | null {
  const scope = gates.blocks({ provider: provider.name, scriptId: row.script_id, from: row.from_number })
  if (scope !== null) return { kind: 'gate', scope }
  const isBusy = row.exclusive === 1 && transaction.get(liveAttemptTo, { number: row.to_number }) !== undefined
  return isBusy ? { kind: 'number' } : null
}

/** A call that lacks only a slot gives no time: whoever frees a slot claims. */
function nextDueAt({ transaction, gates, room, line }: Scene, hasMore: boolean): number | null {
  if (!room.hasSlot()) return null
  const times = [...gates.openings]
  if (hasMore) times.push(transaction.now + room.msUntilDial())
  const upcoming = line.upcomingAt()
  if (upcoming !== null) times.push(upcoming)
  return times.length === 0 ? null : Math.min(...times)
}

const liveAttemptTo = statement(({ number }: { number: string }) =>
  queries.selectFrom('ebra_attempts').select('number').where(isLive).where('to_number', '=', number).limit(1),
)
