import type { AttemptWrite, CallMove, ClaimedAttempt, ClaimParams, NewCall, Store, Turn } from '@ebra/core'

/** Every claim is another than was asked for. */
export function onClaims(store: Store, change: (claim: ClaimParams) => ClaimParams): Partial<Store> {
  return onTurns(store, (turn) => ({ ...turn, claim: turn.claim && change(turn.claim) }))
}

/** Every turn is another than was made. */
export function onTurns(store: Store, change: (turn: Turn) => Turn): Partial<Store> {
  return { commitTurn: (turn) => store.commitTurn(change(turn)) }
}

/** Every write is another than was made. */
export function onWrites(store: Store, change: (write: AttemptWrite) => AttemptWrite): Partial<Store> {
  return onTurns(store, (turn) => ({ ...turn, writes: turn.writes.map(change) }))
}

/** Every move of a call is another than was decided. */
export function onCallMoves(store: Store, change: (move: CallMove) => CallMove): Partial<Store> {
  return onWrites(store, (write) => ({ ...write, call: write.call && change(write.call) }))
}

/** Every claimed attempt is told otherwise than it is. */
export function onClaimed(store: Store, change: (claimed: ClaimedAttempt) => ClaimedAttempt): Partial<Store> {
  return {
    commitTurn: async (turn) => {
      const result = await store.commitTurn(turn)
      return { ...result, claimed: result.claimed.map(change) }
    },
  }
}

/** Every call is inserted otherwise than it was given. */
export function onInserts(store: Store, change: (call: NewCall) => NewCall): Partial<Store> {
  return { insertCalls: ({ calls }) => store.insertCalls({ calls: calls.map(change) }) }
}

/** A write that always finds the revision it expects. */
export async function upToDate(store: Store, write: AttemptWrite): Promise<AttemptWrite> {
  const { found } = await store.lookUp({ attemptIds: [write.attemptId] })
  return { ...write, revision: found[0]?.attempt.revision ?? write.revision }
}
