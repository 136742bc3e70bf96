import { erasedNumber, isUuid } from '@ebra/core'
import type { PostgresContext } from './context.ts'

/** Blanks what is personal of an ended call and its attempts, for good. */
export async function eraseCall(
  context: PostgresContext,
  { callId }: { readonly callId: string },
): Promise<'erased' | 'not-ended' | 'not-found'> {
  return isUuid(callId) ? context.call('erase_call', callId, erasedNumber) : 'not-found'
}
