import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { scenarios } from '../all-scenarios.ts'
import type { ScenarioResult } from './result.ts'
import { numeral, tableOf } from './table.ts'
import { type Target, targets } from './targets.ts'

const begin = '<!-- made by npm run bench from bench/results -->'
const end = '<!-- end -->'
const pageFile = new URL('../../../docs/performance.md', import.meta.url)

/** Writes into docs/performance.md what the results are that are kept. */
export function writePage(): void {
  writeFileSync(pageFile, withResults(readPage(), readResults()))
}

/** The page as it stands. */
export function readPage(): string {
  return readFileSync(pageFile, 'utf8')
}

/** What is kept, in the order of the scenarios. */
export function readResults(): readonly ScenarioResult[] {
  return scenarios
    .map(({ name }) => new URL(`../../results/${name}.json`, import.meta.url))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as ScenarioResult)
}

/** The page with the targets and the tables of these results. Throws where it has no place for them. */
export function withResults(page: string, results: readonly ScenarioResult[]): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`The page lacks "${begin}" or "${end}".`)
  return [before, begin, '\n\n', targetTable(results), '\n\n', ...results.map(section), end, after].join('')
}

function targetTable(results: readonly ScenarioResult[]): string {
  const lines = targets.map((target) => `| ${target.figure} | ${boundOf(target)} | ${verdictOn(target, target.measured(results))} |`)
  return ['## Targets', '', '| figure | target | measured | |', '|---|---:|---:|---|', ...lines].join('\n')
}

function boundOf({ bound, digits }: Target): string {
  return 'atLeast' in bound ? `≥ ${numeral(bound.atLeast, digits)}` : `≤ ${numeral(bound.atMost, digits)}`
}

function verdictOn({ bound, digits }: Target, measured: number | null): string {
  if (measured === null) return '– | not measured'
  const isMet = 'atLeast' in bound ? measured >= bound.atLeast : measured <= bound.atMost
  return `${numeral(measured, digits)} | ${isMet ? 'met' : '**missed**'}`
}

function section(result: ScenarioResult): string {
  const scenario = scenarios.find(({ name }) => name === result.scenario)
  if (scenario === undefined) return ''
  const { commit, cores, processor } = result.environment
  const where = `${result.date.slice(0, 10)}, commit ${commit}, ${cores} cores of ${processor}, medians of ${result.rounds}.`
  const chart = `![${result.title}](performance/${result.scenario}.svg)`
  return [`## ${result.title}`, '', where, '', chart, '', '```text', tableOf(scenario, result), '```', '', ''].join('\n')
}
