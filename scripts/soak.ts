import { runStep } from './check/step.ts'

// The promises at their full counts, which takes hours, or at the share of them that EBRA_SOAK says. Their figures are kept in tests/promises/results. Arguments are names of test
// files; without any all of them run.
const files = process.argv.length > 2 ? process.argv.slice(2) : ['tests/promises/']
process.env['EBRA_SOAK'] ??= '1'
const { passed } = await runStep({ name: 'soak', program: 'vitest', args: ['run', '--project=repository', ...files], streams: true })
process.exitCode = passed ? 0 : 1
