/** The places in a dial and a settlement at which a test may end the process: each lies between two steps that cannot be one. */
export type CrashPoint = 'claimed' | 'before-place' | 'request-sent' | 'response-received' | 'recorded' | 'before-settle' | 'settled'

/** Called at every crash point; empty in production. */
export type CrashHook = (point: CrashPoint) => void | Promise<void>

/** The hook that production has. */
export function noCrash(): void {
  return undefined
}
