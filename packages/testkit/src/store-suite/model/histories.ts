import fc from 'fast-check'
import * as calls from './call-steps.ts'
import * as gates from './gate-steps.ts'
import type { Step } from './step.ts'

/** What happened to a store, step by step. */
export type History = Iterable<Step>

/** Calls to three numbers that wait for one another. The fleet is never stopped. */
export function historiesOfNumbers(maxSteps: number): fc.Arbitrary<History> {
  const numbers = fc.constantFrom('+12025550101', '+12025550102', '+12025550103')
  const often = [calls.inserts(numbers), calls.claims, calls.claims, calls.updates(numbers)]
  const endings = [calls.settles, calls.retries, calls.putBacks, calls.revives, calls.cancels]
  return fc.commands([...often, ...often, ...endings, calls.prunes, calls.pauses], { maxCommands: maxSteps, size: 'max' })
}

/** Calls of two scripts under gates that close and open. None waits for another: each has a number of its own. */
export function historiesOfGates(maxSteps: number): fc.Arbitrary<History> {
  const numbers = fc.nat({ max: 9_999_999 }).map((number) => `+1202${number.toString().padStart(7, '0')}`)
  const often = [calls.inserts(numbers), calls.claims, calls.claims, calls.pauses, gates.accepts, gates.refusals]
  const endings = [calls.settles, calls.retries, calls.putBacks, calls.revives, calls.cancels, calls.updates(numbers)]
  return fc.commands([...often, ...often, ...endings, calls.prunes, gates.releases, gates.stops], { maxCommands: maxSteps, size: 'max' })
}
