import { existsSync, readFileSync } from 'node:fs'

/** How many tests ended how. */
export interface TestCount {
  readonly passed: number
  readonly failed: number
}

/** Reads what vitest's JSON reporter wrote; null if it wrote nothing. */
export function readTestCount(file: string): TestCount | null {
  if (!existsSync(file)) return null
  const report: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return { passed: numberAt(report, 'numPassedTests'), failed: numberAt(report, 'numFailedTests') }
}

function numberAt(report: unknown, key: string): number {
  const value = typeof report === 'object' && report !== null ? Reflect.get(report, key) : undefined
  if (typeof value !== 'number') throw new Error(`The report of the tests has no number "${key}".`)
  return value
}
