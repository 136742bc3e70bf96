import type { Figures } from './scenario.ts'

/** The value that so large a share of them does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** The middle, the 99th percentile and the longest, in milliseconds. */
export function latencyFigures(waitsMs: readonly number[]): Figures {
  return { p50: percentile(waitsMs, 0.5), p99: percentile(waitsMs, 0.99), longest: percentile(waitsMs, 1) }
}

/** How long each start waited for the end of the same rank: the first in line is served first. */
export function waitsBetween(starts: readonly number[], ends: readonly number[]): readonly number[] {
  const served = ends.toSorted((a, b) => a - b)
  return starts.toSorted((a, b) => a - b).map((start, index) => (served[index] ?? Number.POSITIVE_INFINITY) - start)
}

/** Pauses from 20 to 60 ms, in no step with anybody's timer: the same for every system. */
export function spacingMs(index: number): number {
  return 20 + 40 * ((index * goldenRatio) % 1)
}

const goldenRatio = (Math.sqrt(5) - 1) / 2
