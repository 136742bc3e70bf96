export type { CrashHook, CrashPoint } from '../orchestrator/crash-points.ts'
export { crashPoints, setCrashHook } from '../orchestrator/crash-points.ts'
export { ManualClock } from './manual-clock.ts'
