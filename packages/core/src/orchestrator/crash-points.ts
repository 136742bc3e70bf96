/** The places in a dial and a settlement at which a test may end the process, in their order: each lies between two steps that cannot be one. */
export const crashPoints = ['claimed', 'before-place', 'request-sent', 'response-received', 'recorded', 'before-settle', 'settled'] as const

/** One of them. */
export type CrashPoint = (typeof crashPoints)[number]

/** Called at every crash point; what it returns is awaited. */
export type CrashHook = (point: CrashPoint) => void | Promise<void>

let hook: CrashHook | null = null

/** Installs what tests want to happen at crash points, for every orchestrator of this process; null takes it away. Production never calls it. */
export function setCrashHook(installed: CrashHook | null): void {
  hook = installed
}

/** Marks a crash point; nothing where no hook is installed. */
export function reached(point: CrashPoint): void | Promise<void> {
  if (hook !== null) return hook(point)
}
