import { systemNamed } from '../all-systems.ts'
import type { Figure, Scenario } from '../scenario.ts'
import type { System } from '../system.ts'
import { aligned, wrapped } from './plain-text.ts'
import type { CaseResult, ScenarioResult, Spread, SystemResult } from './result.ts'

/** The table of a scenario as plain text, with what there is to know beside it. */
export function tableOf(scenario: Scenario, result: ScenarioResult): string {
  const head = `${scenario.title} (${result.size}, medians of ${result.rounds})`
  const tables = result.cases.map((each) => [caseTable(scenario.figures, each, result), ...failuresOf(each)].join('\n'))
  return [head, wrapped(scenario.about), ...tables, differences(result)].join('\n\n')
}

function caseTable([first, ...figures]: readonly Figure[], each: CaseResult, result: ScenarioResult): string {
  if (first === undefined) return each.name
  const others = figures.filter(({ name }) => each.systems.some((system) => system.figures[name] !== undefined))
  const ratios = ratiosOf(each, result)
  const head = [each.name, first.title, 'min–max', ...ratios.map(({ title }) => title), ...others.map(({ title }) => title)]
  const rows = each.systems.map((system) => {
    const spread = system.figures[first.name]
    if (spread === undefined) return [system.title, system.isInstalled ? 'no figure' : 'not installed']
    const range = `${numeral(spread.min, first.digits)}–${numeral(spread.max, first.digits)}`
    const divided = ratios.map(({ base }) => ratioOf(spread, base(system)?.figures[first.name]))
    return [system.title, numeral(spread.median, first.digits), range, ...divided, ...others.map((figure) => medianOf(system, figure))]
  })
  return aligned([head, ...rows])
}

interface Ratio {
  readonly title: string
  /** What a system's figure is divided by. */
  base(system: SystemResult): SystemResult | undefined
}

function ratiosOf({ systems }: CaseResult, { references, comparesCases, cases }: ScenarioResult): readonly Ratio[] {
  const named = (from: CaseResult | undefined, name: string) => from?.systems.find(({ system }) => system === name)
  const toReferences = references.map((name) => ({ title: `÷ ${name}`, base: () => systems.find(({ system }) => system === name) }))
  const toFirstCase = { title: '÷ first case', base: ({ system }: SystemResult) => named(cases[0], system) }
  return [...toReferences, ...(comparesCases ? [toFirstCase] : [])]
}

function ratioOf({ median }: Spread, base: Spread | undefined): string {
  return base === undefined ? '–' : (median / base.median).toFixed(2)
}

function medianOf({ figures }: SystemResult, figure: Figure): string {
  const spread = figures[figure.name]
  return spread === undefined ? '–' : numeral(spread.median, figure.digits)
}

/** A number with so many digits behind its point, thousands apart. */
export function numeral(value: number, digits = 0): string {
  const [whole = '', fraction] = value.toFixed(digits).split('.')
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ' ')
  return fraction === undefined ? apart : `${apart}.${fraction}`
}

function failuresOf({ systems }: CaseResult): readonly string[] {
  return systems.flatMap(({ title, failures }) => failures.map((message) => `  ${title} failed: ${message}`))
}

/** What several systems have in common is said once. */
function differences({ cases }: ScenarioResult): string {
  const shown = (cases[0]?.systems ?? []).map(({ system }) => systemNamed(system))
  const remarks = Map.groupBy(
    shown.flatMap((system) => system.differs.map((remark) => ({ system, remark }))),
    ({ remark }) => remark,
  )
  const lines = [...remarks].map(([remark, those]) => wrapped(`- ${namesOf(those)}: ${remark}.`, '  '))
  return ['What differs in the work that is done:', ...lines].join('\n')
}

function namesOf(those: readonly { readonly system: System }[]): string {
  return those.map(({ system }) => system.name).join(', ')
}
