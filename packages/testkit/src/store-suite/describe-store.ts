import { allStoreCases } from './all-store-cases.ts'
import { withSetup } from './scene.ts'
import type { StoreCase } from './store-case.ts'
import type { CreateStore, StoreFacility } from './store-under-test.ts'

/** What the suite needs of a test runner. Vitest's, Jest's and `node:test`'s own functions fit as they are. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>, timeoutMs: number): unknown
}

/** A store, and how to test it. */
export interface DescribeStoreOptions {
  /** Heads the suite in the runner's report. */
  readonly name: string
  readonly runner: TestRunner
  readonly createStore: CreateStore
  /** What the store cannot do, said in so many words: the cases that need it are left out. Defaults to nothing. */
  readonly lacks?: readonly StoreFacility[]
}

/** Enough for a case that fills a database on a slow machine. */
const timeoutMs = 120_000

/**
 * Registers the conformance suite of the Store port with a test runner: one test for each sentence that the port promises, each on an empty database of
 * its own. A store that passes can serve an orchestrator.
 */
export function describeStore({ name, runner, createStore, lacks = [] }: DescribeStoreOptions): void {
  runner.describe(name, () => {
    const cases = casesFor(lacks)
    for (const theme of new Set(cases.map((each) => each.theme))) {
      runner.describe(theme, () => {
        for (const each of cases.filter((any) => any.theme === theme)) {
          runner.it(each.name, () => runStoreCase(each, createStore), timeoutMs)
        }
      })
    }
  })
}

/** Runs one case on an empty database; rejects where its sentence is not true of the store. */
export function runStoreCase({ run }: StoreCase, createStore: CreateStore): Promise<void> {
  return withSetup(createStore, run)
}

/** Every case for a store that lacks these facilities. */
function casesFor(lacks: readonly StoreFacility[]): readonly StoreCase[] {
  return allStoreCases.filter(({ needs }) => needs.every((facility) => !lacks.includes(facility)))
}
