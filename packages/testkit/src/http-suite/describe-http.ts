import type { TestRunner } from '../store-suite/describe-store.ts'
import type { CreateStore } from '../store-suite/store-under-test.ts'
import { allHttpCases } from './all-http-cases.ts'
import type { HttpCase } from './http-case.ts'
import type { MountHttp } from './http-under-test.ts'
import { withHttpSetup } from './scene.ts'

/** A way of serving the routes, and how to test it. */
export interface DescribeHttpOptions {
  /** Heads the suite in the runner's report. */
  readonly name: string
  readonly runner: TestRunner
  /** Any store that passes its own suite; each case gets an empty one. */
  readonly createStore: CreateStore
  readonly mount: MountHttp
}

const timeoutMs = 60_000

/**
 * Registers the conformance suite of the wire contract with a test runner: one test for each of its sentences, over real connections to a real server. An adapter
 * that passes answers like every other.
 */
export function describeHttp({ name, runner, createStore, mount }: DescribeHttpOptions): void {
  runner.describe(name, () => {
    for (const theme of new Set(allHttpCases.map((each) => each.theme))) {
      runner.describe(theme, () => {
        for (const each of allHttpCases.filter((any) => any.theme === theme)) {
          runner.it(each.name, () => runHttpCase(each, createStore, mount), timeoutMs)
        }
      })
    }
  })
}

/** Runs one case on a server of its own; rejects where its sentence is not true of the mount. */
export function runHttpCase({ run }: HttpCase, createStore: CreateStore, mount: MountHttp): Promise<void> {
  return withHttpSetup(createStore, mount, run)
}
