import { isEbraError, type StoreUnavailableError } from '../errors.ts'
import type { Decision } from './decide.ts'
import type { QueuedWork } from './work.ts'
import { again } from './work-queue.ts'

/** A turn of which nobody can say whether it was committed, with what it would have written. */
export class UncertainTurn extends Error {
  readonly #decisions: readonly Decision[]

  constructor(cause: unknown, decisions: readonly Decision[]) {
    super('Nobody can say whether the turn was committed.', { cause })
    this.#decisions = decisions
  }

  /** The batch again, each piece with the write that may have been made of it. */
  rememberedIn(batch: readonly QueuedWork[]): readonly QueuedWork[] {
    const writes = new Map(
      this.#decisions.filter((decision) => decision.kind === 'write').map((decision) => [decision.queued.settle, decision]),
    )
    return batch.map((queued) => ({ ...again(queued), uncertain: writes.get(queued.settle) ?? queued.uncertain }))
  }
}

/** Whether a COMMIT was sent whose answer never came. */
export function isCommitUnknown(error: unknown): boolean {
  return isEbraError(error, 'STORE_UNAVAILABLE') && (error as StoreUnavailableError).isCommitUnknown
}
