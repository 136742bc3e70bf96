import { expect, test } from 'vitest'
import { mostLive, type PlatformLog } from '../src/platform.ts'
import { summarise } from '../src/report/result.ts'
import { partOf } from '../src/system.ts'
import { ebraSqlite } from '../src/systems/ebra-sqlite.ts'

test('the calls that were live at once are counted over all processes', () => {
  const one = logOf({ placed: [1, 2, 6], ended: [4, 5, 9] })
  const other = logOf({ placed: [3, 8], ended: [7, 10] })

  expect(mostLive([one])).toBe(2)
  expect(mostLive([one, other])).toBe(3)
})

test('a call that ends in the moment in which another is placed has left its slot', () => {
  expect(mostLive([logOf({ placed: [1, 2], ended: [2, 3] })])).toBe(1)
})

test('a call that never ended stays live', () => {
  expect(mostLive([logOf({ placed: [1, 2, 3], ended: [] })])).toBe(3)
})

test('the parts of the cap are as even as can be, and the cap together', () => {
  expect([0, 1, 2, 3].map((index) => partOf({ processes: 4, index }))).toEqual([7, 8, 7, 8])
})

test('a figure is the median of its runs, and a failed run has none', () => {
  const names = { case: '1 process', system: 'ebra-sqlite' }
  const measured = [5, 1, 3].map((rate) => ({ ...names, kind: 'measured', figures: { rate, walBytes: null } }) as const)

  const { systems } = summarise(
    '1 process',
    [ebraSqlite],
    [...measured, { ...names, kind: 'failed', message: '31 calls were live at once.' }],
  )

  expect(systems).toEqual([
    {
      system: 'ebra-sqlite',
      title: 'Ebra on SQLite',
      isInstalled: true,
      figures: { rate: { median: 3, min: 1, max: 5, all: [5, 1, 3] } },
      failures: ['31 calls were live at once.'],
    },
  ])
})

function logOf(times: Pick<PlatformLog, 'placed' | 'ended'>): PlatformLog {
  return { ...times, settled: [] }
}
