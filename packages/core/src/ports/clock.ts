/** Time as a test sees it. A production host has no reason to pass one: there, instants come from the database and spans from the monotonic clock. */
export interface Clock {
  /** The instant, bound into the stores' statements in place of the database's own time. */
  now(): Date
  /** Milliseconds that never jump. */
  monotonicMs(): number
}

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}
