import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readFigures } from '../../scripts/guarantees/figures.ts'
import { promises, security } from '../../scripts/guarantees/promises.ts'
import { withGuarantees } from '../../scripts/guarantees/tables.ts'
import { readPage } from './pages.ts'

const page = readPage('docs/guarantees.md')
const figures = readFigures()

test('the page shows the figures that the last soak kept: "node scripts/guarantees.ts" writes them anew', () => {
  expect(withGuarantees(page.text, figures)).toBe(page.text)
})

test('every promise is shown by tests that exist', () => {
  const files = [...promises, security].flatMap(({ shownBy }) => shownBy)
  expect(files.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([])
})

test('every promise has a figure', () => {
  const counted = new Set(figures.map(({ row }) => row))
  // Row 1 is shown with row 2.
  expect(promises.map((_, index) => index + 1).filter((row) => row !== 1 && !counted.has(row))).toEqual([])
  expect(counted).toContain('security')
})

test('every figure was counted by one of the tests that its promise names', () => {
  const unknown = figures.filter(({ row }) => {
    const { shownBy } = row === 'security' ? security : (promises[row - 1] ?? { shownBy: [] })
    const texts = shownBy.map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))
    return !texts.some((text) => text.includes(row === 'security' ? "row: 'security'" : `row: ${row},`))
  })
  expect(unknown).toEqual([])
})
