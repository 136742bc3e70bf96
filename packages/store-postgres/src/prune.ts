import type { PostgresContext } from './context.ts'

/** Deletes calls that ended longer ago, with their attempts; returns how many. */
export async function prune(
  context: PostgresContext,
  { olderThanMs, limit }: { readonly olderThanMs: number; readonly limit: number },
): Promise<number> {
  return context.call('prune', olderThanMs, limit)
}
