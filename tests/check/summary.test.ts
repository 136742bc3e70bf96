import { expect, test } from 'vitest'
import { summarise } from '../../scripts/check/summary.ts'

const passed = (name: string) => ({ name, passed: true, seconds: 1 })
const failed = (name: string) => ({ name, passed: false, seconds: 1 })

test('a run in which every step passed ends with the number of its tests', () => {
  const summary = summarise([passed('types'), passed('tests')], { passed: 7, failed: 0 })

  expect(summary).toEqual({ passed: true, text: '\ntypes 1.0 s, tests 1.0 s\nAll is well.\n7 passed, 0 failed' })
})

test('failed tests count one by one', () => {
  const summary = summarise([passed('types'), failed('tests')], { passed: 5, failed: 2 })

  expect(summary).toEqual({ passed: false, text: '\ntypes 1.0 s, tests 1.0 s\nFailed: tests.\n5 passed, 2 failed' })
})

test('a failed step fails a run whose tests passed', () => {
  const summary = summarise([failed('types'), passed('tests')], { passed: 7, failed: 0 })

  expect(summary).toEqual({ passed: false, text: '\ntypes 1.0 s, tests 1.0 s\nFailed: types.\n7 passed, 1 failed' })
})

test('a test run that failed without a failed test still counts as one', () => {
  expect(summarise([failed('tests')], { passed: 7, failed: 0 })).toMatchObject({
    passed: false,
    text: expect.stringMatching(/\n7 passed, 1 failed$/),
  })
})

test('a build that failed leaves no tests to count', () => {
  expect(summarise([failed('build')], null)).toMatchObject({ passed: false, text: expect.stringMatching(/\n0 passed, 1 failed$/) })
})

test('a run without a single test does not pass', () => {
  expect(summarise([passed('tests')], { passed: 0, failed: 0 })).toMatchObject({
    passed: false,
    text: expect.stringContaining('No test ran.'),
  })
})
