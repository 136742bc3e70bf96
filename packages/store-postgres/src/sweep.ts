import type { PostgresContext } from './context.ts'

/** Drops what nobody waits for any longer, and mends what a lost race may have left. */
export async function sweep(context: PostgresContext, { parkedForMs }: { readonly parkedForMs: number }): Promise<void> {
  await context.call('sweep', parkedForMs)
}
