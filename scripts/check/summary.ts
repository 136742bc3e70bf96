import type { StepResult } from './step.ts'
import type { TestCount } from './test-count.ts'

/** The verdict over a run, and the lines that close it. */
export interface Summary {
  readonly passed: boolean
  /** Its last line is `N passed, N failed`: tests, and among the failed also each failed step that counts no tests. */
  readonly text: string
}

/** A run passes if every step passed and at least one test ran. */
export function summarise(steps: readonly StepResult[], tests: TestCount | null): Summary {
  const failedSteps = steps.filter((step) => !step.passed)
  const failedTests = tests?.failed ?? 0
  // A test run may fail without a failed test: a file that does not load, an error that nobody caught.
  const failed = failedTests + failedSteps.filter(({ name }) => name !== 'tests' || failedTests === 0).length
  const nothingRan = (tests?.passed ?? 0) + failedTests === 0
  const verdict =
    failedSteps.length > 0 ? `Failed: ${failedSteps.map(({ name }) => name).join(', ')}.` : nothingRan ? 'No test ran.' : 'All is well.'
  const seconds = steps.map((step) => `${step.name} ${step.seconds.toFixed(1)} s`).join(', ')
  const text = ['', seconds, verdict, `${tests?.passed ?? 0} passed, ${failed} failed`].join('\n')
  return { passed: failed === 0 && !nothingRan, text }
}
