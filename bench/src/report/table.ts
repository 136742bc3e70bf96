import { systemNamed } from '../all-systems.ts'
import type { Figure, Scenario } from '../scenario.ts'
import type { CaseResult, ScenarioResult, SystemResult } from './result.ts'

/** The table of a scenario as plain text, with what there is to know beside it. */
export function tableOf(scenario: Scenario, result: ScenarioResult): string {
  const cases = result.cases.map((each) => caseTable(scenario, each, result.reference))
  return [`${scenario.title} (${result.size}, medians of ${result.rounds})`, scenario.about, ...cases, differences(result)].join('\n\n')
}

function caseTable({ figures }: Scenario, { name, systems }: CaseResult, reference: string | null): string {
  const [first, ...others] = figures
  if (first === undefined) return name
  const base = systems.find(({ system }) => system === reference)?.figures[first.name]?.median
  const head = [name, first.title, 'min–max', ...(reference === null ? [] : ['÷ ref']), ...others.map(({ title }) => title)]
  const rows = systems.map((system) => {
    const spread = system.figures[first.name]
    if (spread === undefined) return [system.title, system.isInstalled ? 'no figure' : 'not installed']
    const ratio = reference === null ? [] : [base === undefined ? '–' : (spread.median / base).toFixed(2)]
    const range = `${numeral(spread.min, first)}–${numeral(spread.max, first)}`
    return [system.title, numeral(spread.median, first), range, ...ratio, ...others.map((figure) => medianOf(system, figure))]
  })
  const failures = systems.flatMap(({ title, failures: said }) => said.map((message) => `  ${title} failed its check: ${message}`))
  return [aligned([head, ...rows]), ...failures].join('\n')
}

function medianOf({ figures }: SystemResult, figure: Figure): string {
  const spread = figures[figure.name]
  return spread === undefined ? '–' : numeral(spread.median, figure)
}

function numeral(value: number, { digits = 0 }: Figure): string {
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d)(?<!\.\d*))/g, ' ')
}

/** The first column to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const padded = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  )
  const [head = [], ...body] = padded.map((row) => row.join('  '))
  return [head, '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...body].join('\n')
}

function differences({ reference, cases }: ScenarioResult): string {
  const shown = (cases[0]?.systems ?? []).map(({ system }) => systemNamed(system))
  const lines = shown.map(({ title, differs }) => `  ${title}: ${differs.join('; ')}.`)
  const ratio = reference === null ? [] : [`÷ ref: divided by ${systemNamed(reference).title}.`]
  return [...ratio, 'What differs in the work that is done:', ...lines].join('\n')
}
