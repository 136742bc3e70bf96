import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runStep, type Step } from './check/step.ts'
import { summarise } from './check/summary.ts'
import { readTestCount } from './check/test-count.ts'

// Everything that a change has to pass, in the order in which a failure tells most. All steps run that can: a formatting mistake hides no broken test.
const folder = mkdtempSync(join(tmpdir(), 'ebra-check-'))
const report = join(folder, 'tests.json')

const source: Step[] = [
  { name: 'format and lint', program: 'biome', args: ['ci', '--error-on-warnings', '--colors=off', '.'] },
  { name: 'architecture', program: 'node', args: ['scripts/architecture.ts'] },
  { name: 'types', program: 'tsc', args: ['--project', 'tsconfig.json'] },
]
const build: Step = { name: 'build', program: 'node', args: ['scripts/build.ts'] }
const unused: Step = { name: 'unused code and dependencies', program: 'knip', args: ['--no-progress'] }
const tests: Step = {
  name: 'tests',
  program: 'vitest',
  args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  streams: true,
}

try {
  const checked = await Promise.all(source.map(runStep))
  const built = await runStep(build)
  const rest = built.passed ? [await runStep(unused), await runStep(tests)] : []
  const summary = summarise([...checked, built, ...rest], readTestCount(report))
  console.log(summary.text)
  process.exitCode = summary.passed ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
