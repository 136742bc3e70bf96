import { parseArgs } from 'node:util'
import { scenarioNamed, scenarios } from './all-scenarios.ts'
import { systemNamed, systems } from './all-systems.ts'
import type { Scenario, Size } from './scenario.ts'
import type { System } from './system.ts'

/** What to measure. */
export interface BenchOptions {
  readonly scenarios: readonly Scenario[]
  readonly systems: readonly System[]
  readonly size: Size
  readonly rounds: number
  /** Where results and charts go; null: to the screen only, or, in the full size, where the repository keeps them. */
  readonly into: string | null
}

/** How the bench is told what to do. */
export const usage = `npm run bench -- [scenario …] [options]

  --quick            tiny counts: does everything still run? Nothing is kept, unless --into says where
  --rounds <n>       how often each run is repeated, 3 by default; systems take turns within a round
  --systems <a,b>    some systems only
  --into <folder>    results and charts go there, and not to bench/results and docs/performance

scenarios:
${scenarios.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`).join('\n')}

systems:
${systems.map(({ name, title }) => `  ${name.padEnd(24)} ${title}`).join('\n')}`

/** Reads the command line; null where help was asked for. Throws for what it does not know. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      systems: { type: 'string' },
      into: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  if (!/^[1-9]\d*$/.test(values.rounds)) throw new Error(`--rounds must be a number from 1, it is "${values.rounds}".`)
  return {
    scenarios: positionals.length > 0 ? positionals.map(scenarioNamed) : scenarios,
    systems: values.systems === undefined ? systems : values.systems.split(',').map(systemNamed),
    size: values.quick ? 'quick' : 'full',
    rounds: Number(values.rounds),
    into: values.into ?? null,
  }
}
