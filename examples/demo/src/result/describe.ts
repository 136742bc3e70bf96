import type { Findings } from './examine.ts'

/** The findings as they are printed. */
export function describe(findings: Findings, cap: number): string {
  const { dials, throttled, rings, rungOut, maxLive, doubleRings, overlaps, open } = findings
  const endings = findings.endings.map(({ status, outcome, calls }) => [status, outcome, String(calls)] as const)
  const checks = [
    ['Calls that have not ended', String(open)],
    ['Highest number of live calls that the platform saw', `${maxLive} (the cap is ${cap})`],
    ['Dials whose phone rang twice', String(doubleRings)],
    ['Calls that rang while they were live', String(overlaps)],
  ] as const
  return [
    ...table([['status', 'outcome', 'calls'], ...endings]),
    '',
    `The platform was asked to dial ${dials} times, refused ${throttled} of them as too many, and let ${rings} phones ring:`,
    `${[...rungOut].map(([status, count]) => `${status} ${count}`).join(', ')}.`,
    '',
    ...table(checks),
  ].join('\n')
}

/** Whether everything is as it must be. */
export function isAllWell({ open, maxLive, doubleRings, overlaps }: Findings, cap: number): boolean {
  return open === 0 && maxLive <= cap && doubleRings === 0 && overlaps === 0
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd())
}
