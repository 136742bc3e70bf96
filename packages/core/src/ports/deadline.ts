/** By signal, in monotonic time. */
const deadlines = new WeakMap<AbortSignal, number>()

/**
 * Does something with a signal that aborts in so many milliseconds, or with `cutOff`, whichever comes first. Once it is done the signal aborts no more, and nothing is kept of it: a timeout of
 * ten seconds that nobody cancels holds ten seconds of calls in memory. {@link isOverdue} knows its deadline.
 */
export async function withDeadline<TResult>(
  ms: number,
  cutOff: AbortSignal | null,
  work: (signal: AbortSignal) => Promise<TResult>,
): Promise<TResult> {
  const deadline = new AbortController()
  const { signal } = deadline
  const cut = () => deadline.abort(cutOff?.reason)
  const timer = setTimeout(() => deadline.abort(new DOMException('The deadline has passed.', 'TimeoutError')), ms).unref()
  deadlines.set(signal, performance.now() + ms)
  if (cutOff?.aborted) cut()
  cutOff?.addEventListener('abort', cut)
  try {
    return await work(signal)
  } finally {
    clearTimeout(timer)
    cutOff?.removeEventListener('abort', cut)
  }
}

/**
 * Whether a signal has aborted, or would have, had its timer run: in a process that stood still, what the network said meanwhile is heard before any timer. To be asked right before
 * what must not be done late.
 */
export function isOverdue(signal: AbortSignal): boolean {
  const deadline = deadlines.get(signal)
  return signal.aborted || (deadline !== undefined && performance.now() >= deadline)
}
