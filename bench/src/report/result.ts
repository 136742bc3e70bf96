import type { Figure, Figures, Size } from '../scenario.ts'
import type { System } from '../system.ts'

/** One run. */
export type Sample = { readonly case: string; readonly system: string } & (
  | { readonly kind: 'measured'; readonly figures: Figures }
  /** It did not do what was asked: there is nothing to compare. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'not-installed' }
)

/** What came of a scenario, as it is kept. */
export interface ScenarioResult {
  readonly scenario: string
  readonly title: string
  readonly date: string
  readonly size: Size
  readonly rounds: number
  /** Its columns, the charted one first. */
  readonly figures: readonly Figure[]
  /** The systems that the first figure is divided by, of those that took part. */
  readonly references: readonly string[]
  /** Whether the cases are compared with the first of them. */
  readonly comparesCases: boolean
  readonly environment: Readonly<Record<string, unknown>>
  readonly cases: readonly CaseResult[]
}

/** One setting of it. */
export interface CaseResult {
  readonly name: string
  readonly systems: readonly SystemResult[]
}

/** What one system did there. */
export interface SystemResult {
  readonly system: string
  readonly title: string
  readonly isInstalled: boolean
  /** By the names of figures; what the system cannot tell is missing. */
  readonly figures: Readonly<Record<string, Spread>>
  /** What its failed runs said. */
  readonly failures: readonly string[]
}

/** The runs of one figure. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly all: readonly number[]
}

/** Gathers the samples of one case. */
export function summarise(name: string, systems: readonly System[], samples: readonly Sample[]): CaseResult {
  const ofCase = samples.filter((sample) => sample.case === name)
  return {
    name,
    systems: systems.map((system) =>
      resultOf(
        system,
        ofCase.filter((sample) => sample.system === system.name),
      ),
    ),
  }
}

function resultOf({ name, title }: System, samples: readonly Sample[]): SystemResult {
  const measured = samples.flatMap((sample) => (sample.kind === 'measured' ? [sample.figures] : []))
  const figures = Object.keys(measured[0] ?? {}).flatMap((figure) => {
    const values = measured.flatMap((each) => each[figure] ?? [])
    return values.length === 0 ? [] : [[figure, spreadOf(values)] as const]
  })
  return {
    system: name,
    title,
    isInstalled: samples.some(({ kind }) => kind !== 'not-installed'),
    figures: Object.fromEntries(figures),
    failures: samples.flatMap((sample) => (sample.kind === 'failed' ? [sample.message] : [])),
  }
}

function spreadOf(all: readonly number[]): Spread {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? 0
  const middle = (sorted.length - 1) / 2
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(sorted.length - 1), all }
}
