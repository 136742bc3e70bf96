import { parsePruneFilter } from '../../domain/input-list.ts'
import type { Engine } from '../engine.ts'

const batchSize = 1_000

/** Deletes calls that ended before then, a thousand a transaction; answers how many. */
export async function prune(engine: Engine, input: unknown): Promise<{ readonly pruned: number }> {
  const { olderThan } = parsePruneFilter(input)
  await engine.open()
  let total = 0
  let pruned: number
  do {
    const olderThanMs = Math.max(0, engine.time.now().getTime() - olderThan.getTime())
    pruned = await engine.store.prune({ olderThanMs, limit: batchSize })
    total += pruned
  } while (pruned === batchSize)
  return { pruned: total }
}
