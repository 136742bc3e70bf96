import { systemNamed } from '../all-systems.ts'
import type { Figure, Scenario } from '../scenario.ts'
import type { CaseResult, ScenarioResult, Spread, SystemResult } from './result.ts'

/** The table of a scenario as plain text, with what there is to know beside it. */
export function tableOf(scenario: Scenario, result: ScenarioResult): string {
  const tables = result.cases.map((each) => [caseTable(scenario.figures, each, result), ...failuresOf(each)].join('\n'))
  return [`${scenario.title} (${result.size}, medians of ${result.rounds})`, scenario.about, ...tables, differences(result)].join('\n\n')
}

function caseTable([first, ...others]: readonly Figure[], each: CaseResult, result: ScenarioResult): string {
  if (first === undefined) return each.name
  const ratios = ratiosOf(each, result)
  const head = [each.name, first.title, 'min–max', ...ratios.map(({ title }) => title), ...others.map(({ title }) => title)]
  const rows = each.systems.map((system) => {
    const spread = system.figures[first.name]
    if (spread === undefined) return [system.title, system.isInstalled ? 'no figure' : 'not installed']
    const range = `${numeral(spread.min, first)}–${numeral(spread.max, first)}`
    const divided = ratios.map(({ base }) => ratioOf(spread, base(system)?.figures[first.name]))
    return [system.title, numeral(spread.median, first), range, ...divided, ...others.map((figure) => medianOf(system, figure))]
  })
  return aligned([head, ...rows])
}

interface Ratio {
  readonly title: string
  /** What a system's figure is divided by. */
  base(system: SystemResult): SystemResult | undefined
}

function ratiosOf({ systems }: CaseResult, { reference, comparesCases, cases }: ScenarioResult): readonly Ratio[] {
  const toReference = { title: '÷ ref', base: () => systems.find(({ system }) => system === reference) }
  const toFirstCase = {
    title: '÷ first case',
    base: ({ system: name }: SystemResult) => cases[0]?.systems.find(({ system }) => system === name),
  }
  return [...(reference === null ? [] : [toReference]), ...(comparesCases ? [toFirstCase] : [])]
}

function ratioOf({ median }: Spread, base: Spread | undefined): string {
  return base === undefined ? '–' : (median / base.median).toFixed(2)
}

function failuresOf({ systems }: CaseResult): readonly string[] {
  return systems.flatMap(({ title, failures }) => failures.map((message) => `  ${title} failed its check: ${message}`))
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
