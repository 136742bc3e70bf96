import type { ScenarioResult } from './result.ts'

/** What was aimed at, and what came of it. */
export interface Target {
  readonly figure: string
  readonly bound: { readonly atLeast: number } | { readonly atMost: number }
  /** Behind the decimal point. */
  readonly digits: number
  /** Null where it was not measured. */
  measured(results: readonly ScenarioResult[]): number | null
}

const shallowReads = ['statusFirst', 'statusCursor', 'toFirst', 'toCursor', 'metrics']

/** Every target of the project. Each compares within one invocation of the bench. */
export const targets: readonly Target[] = [
  ...['1 process', '4 processes'].flatMap((processes) => [
    atLeast(1.5, `lifecycle ÷ pg-boss fetch/complete, ${processes}`, rateRatio('lifecycle', processes, 'ebra-postgres', 'pg-boss-fetch')),
    atLeast(0.6, `lifecycle ÷ SQL by hand, ${processes}`, rateRatio('lifecycle', processes, 'ebra-postgres', 'raw-postgres-tick')),
  ]),
  atMost(0.2, 'transactions per lifecycle, 1 process', median('lifecycle', '1 process', 'ebra-postgres', 'transactions'), 3),
  atMost(1_600, 'WAL per lifecycle, 1 process, bytes', median('lifecycle', '1 process', 'ebra-postgres', 'walBytes'), 0),
  ...[
    ['one at a time', 0.7],
    ['32 at a time', 0.7],
    ['bulk', 0.5],
  ].flatMap(([how, bound]) => [
    atLeast(Number(bound), `enqueue ÷ SQL by hand, ${how}`, rateRatio('enqueue', String(how), 'ebra-postgres', 'raw-postgres-tick')),
    atLeast(Number(bound), `the same on SQLite, ${how}`, rateRatio('enqueue', String(how), 'ebra-sqlite', 'raw-sqlite')),
  ]),
  ...(['ebra-postgres', 'ebra-sqlite'] as const).map((system) =>
    atLeast(0.85, `${placeOf(system)}: rate at 1 M pending + 1 M finished ÷ rate at 10 k`, backlogRatio(system)),
  ),
  ...(['ebra-postgres', 'ebra-sqlite'] as const).flatMap((system) => [
    atLeast(0.98, `${placeOf(system)}: utilisation of the cap`, median('utilisation', '', system, 'utilisation'), 3),
    atMost(5, `${placeOf(system)}: slot turnaround in one process, p50, ms`, median('turnaround', 'to the process', system, 'p50'), 1),
    atMost(
      system === 'ebra-sqlite' ? 30 : 15,
      `${placeOf(system)}: to another process, p50, ms`,
      median('turnaround', 'to another', system, 'p50'),
      1,
    ),
    atMost(5, `${placeOf(system)}: pickup by an idle process, p50, ms`, median('pickup', '', system, 'p50'), 1),
    atMost(20, `${placeOf(system)}: pickup by an idle process, p99, ms`, median('pickup', '', system, 'p99'), 1),
  ]),
  atMost(2, 'idle, transactions per process and second', median('idle', '', 'ebra-postgres', 'transactions')),
  ...(['ebra-postgres', 'ebra-sqlite'] as const).flatMap((system) => [
    atMost(20, `${placeOf(system)}: lists and metrics over 1 M calls, the slowest p99, ms`, slowestRead(system, shallowReads), 1),
    atMost(50, `${placeOf(system)}: page 1 000, the slower p99, ms`, slowestRead(system, ['statusDeep', 'toDeep']), 1),
  ]),
  atLeast(0.4, 'SQLite: lifecycle ÷ SQL by hand', rateRatio('lifecycle', '1 process', 'ebra-sqlite', 'raw-sqlite')),
  ...(['ebra-postgres', 'ebra-sqlite'] as const).flatMap((system) =>
    ['heap as Node bounds it', 'heap of 64 MB'].flatMap((heap) => [
      atMost(120, `${placeOf(system)}: RSS of a worker after 20 000 calls, ${heap}, MB`, median('memory', heap, system, 'early'), 0),
      atMost(1.1, `${placeOf(system)}: after 200 000 ÷ after 20 000, ${heap}`, memoryGrowth(heap, system)),
    ]),
  ),
]

function atLeast(bound: number, figure: string, measured: Target['measured'], digits = 2): Target {
  return { figure, bound: { atLeast: bound }, digits, measured }
}

function atMost(bound: number, figure: string, measured: Target['measured'], digits = 2): Target {
  return { figure, bound: { atMost: bound }, digits, measured }
}

function placeOf(system: 'ebra-postgres' | 'ebra-sqlite'): string {
  return system === 'ebra-postgres' ? 'Postgres' : 'SQLite'
}

/** Of the first case whose name begins so. */
function median(scenario: string, caseName: string, system: string, figure: string): Target['measured'] {
  return (results) => {
    const cases = results.find((result) => result.scenario === scenario)?.cases ?? []
    const systems = cases.find(({ name }) => name.startsWith(caseName))?.systems ?? []
    return systems.find((one) => one.system === system)?.figures[figure]?.median ?? null
  }
}

function rateRatio(scenario: string, caseName: string, system: string, reference: string): Target['measured'] {
  return quotient(median(scenario, caseName, system, 'rate'), median(scenario, caseName, reference, 'rate'))
}

function backlogRatio(system: string): Target['measured'] {
  return quotient(median('backlog', '1 000 000 pending, 1 000 000', system, 'rate'), median('backlog', '10 000 pending', system, 'rate'))
}

function memoryGrowth(heap: string, system: string): Target['measured'] {
  return quotient(median('memory', heap, system, 'end'), median('memory', heap, system, 'early'))
}

function quotient(one: Target['measured'], other: Target['measured']): Target['measured'] {
  return (results) => {
    const [dividend, divisor] = [one(results), other(results)]
    return dividend === null || divisor === null ? null : dividend / divisor
  }
}

function slowestRead(system: string, figures: readonly string[]): Target['measured'] {
  return (results) => {
    const all = figures.map((figure) => median('reading', '', system, figure)(results))
    return all.includes(null) ? null : Math.max(...all.map(Number))
  }
}
