import { deepEqual, fail } from 'node:assert/strict'

/** Fails unless `record` says all of these `facts`; of what they leave out it may say anything. */
export function assertFacts<T extends object>(record: T, facts: Partial<T>): void {
  deepEqual(picked(record, facts), facts)
}

/** Fails unless both hold the same strings, in whatever order. */
export function assertSame(actual: readonly string[], expected: readonly string[]): void {
  deepEqual(actual.toSorted(), expected.toSorted())
}

/** Waits for what only arrives with real time: a hint from another process. Fails after five seconds. */
export async function withinSeconds<T>(arrival: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not happen within five seconds.`)), 5_000)
  })
  return Promise.race([arrival, tooLate]).finally(() => clearTimeout(timer))
}

/** The first of a list that must not be empty. */
export function first<T>(list: readonly T[]): T {
  return list[0] ?? fail('The list should not be empty.')
}

function picked<T extends object>(record: T, facts: Partial<T>): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => Object.hasOwn(facts, name)))
}
