import { StoreUnavailableError } from '../errors.ts'

/** Waits so long and no longer, then throws STORE_UNAVAILABLE. What was waited for goes on; how it ends is nobody's concern any more. */
export async function withinDeadline<TValue>(work: Promise<TValue>, ms: number): Promise<TValue> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailableError(`The store did not answer within ${ms} ms.`)), ms)
    timer.unref()
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
