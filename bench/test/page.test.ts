import { expect, test } from 'vitest'
import { readPage, readResults, withResults } from '../src/report/page.ts'

test('the page shows the results that are kept: npm run bench writes both', () => {
  expect(withResults(readPage(), readResults())).toBe(readPage())
})
