/** By signal, in monotonic time. */
const deadlines = new WeakMap<AbortSignal, number>()

/** A signal that aborts in so many milliseconds, or with `others`, whichever comes first. {@link isOverdue} knows its deadline. */
export function deadlineSignal(ms: number, ...others: readonly AbortSignal[]): AbortSignal {
  const signal = AbortSignal.any([AbortSignal.timeout(ms), ...others])
  deadlines.set(signal, performance.now() + ms)
  return signal
}

/**
 * Whether a signal has aborted, or would have, had its timer run: in a process that stood still, what the network said meanwhile is heard before any timer. To be asked right before
 * what must not be done late.
 */
export function isOverdue(signal: AbortSignal): boolean {
  const deadline = deadlines.get(signal)
  return signal.aborted || (deadline !== undefined && performance.now() >= deadline)
}
